"""The tally follows when a transaction commits, one transaction at a time.

Two people who changed their platforms in opposite directions each held the row that the other
needed. A deferred trigger runs after every other statement of its transaction, so whoever waits for
the lock of the tally holds nothing that its holder could still wait for. ADR 0032 has the reasons.
"""

from django.db import migrations

from common.locks import Lock

COUNT_AT_COMMIT = f"""
DROP TRIGGER ottstats_count_recommendation ON ottstats_platformrecommendation;
CREATE OR REPLACE FUNCTION ottstats_count_recommendation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock({Lock.TALLY.value});
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
CREATE CONSTRAINT TRIGGER ottstats_count_recommendation
AFTER INSERT OR DELETE OR UPDATE OF platform_id ON ottstats_platformrecommendation
DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION ottstats_count_recommendation();
"""
COUNT_AT_ONCE = """
DROP TRIGGER ottstats_count_recommendation ON ottstats_platformrecommendation;
CREATE TRIGGER ottstats_count_recommendation
AFTER INSERT OR DELETE OR UPDATE OF platform_id ON ottstats_platformrecommendation
FOR EACH ROW EXECUTE FUNCTION ottstats_count_recommendation();
"""


class Migration(migrations.Migration):

    dependencies = [("ottstats", "0002_shares_in_stored_usage")]

    operations = [migrations.RunSQL(COUNT_AT_COMMIT, COUNT_AT_ONCE)]
