from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('common', '0005_groups_of_staff'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='dataload',
            name='dataload_kind_known',
        ),
        migrations.AlterField(
            model_name='dataload',
            name='kind',
            field=models.CharField(choices=[('movielens', 'MovieLens data set'), ('reference', 'Reference data'), ('movie_details', 'Movie details'), ('availability', 'Availability'), ('usage_statistics', 'Usage statistics'), ('predictions', 'Predicted ratings'), ('home_ratings', 'Ratings of people at home')], max_length=20),
        ),
        migrations.AddConstraint(
            model_name='dataload',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['movielens', 'reference', 'movie_details', 'availability', 'usage_statistics', 'predictions', 'home_ratings'])), name='dataload_kind_known'),
        ),
    ]
