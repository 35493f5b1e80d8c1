"""Keeps `PlatformTally` equal to the rows of `PlatformRecommendation`, whoever writes them."""

from django.db import migrations

CREATE = """
CREATE FUNCTION ottstats_count_recommendation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP IN ('DELETE', 'UPDATE') THEN
        UPDATE ottstats_platformtally SET recommended_count = recommended_count - 1
        WHERE platform_id = OLD.platform_id;
    END IF;
    IF TG_OP IN ('INSERT', 'UPDATE') THEN
        INSERT INTO ottstats_platformtally (platform_id, recommended_count)
        VALUES (NEW.platform_id, 1)
        ON CONFLICT (platform_id)
        DO UPDATE SET recommended_count = ottstats_platformtally.recommended_count + 1;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ottstats_count_recommendation
AFTER INSERT OR DELETE OR UPDATE OF platform_id ON ottstats_platformrecommendation
FOR EACH ROW EXECUTE FUNCTION ottstats_count_recommendation();
"""
DROP = """
DROP TRIGGER ottstats_count_recommendation ON ottstats_platformrecommendation;
DROP FUNCTION ottstats_count_recommendation();
"""


class Migration(migrations.Migration):
    dependencies = [("ottstats", "0001_initial")]
    operations = [migrations.RunSQL(CREATE, DROP)]
