"""A function that deletes rows of the audit trail when their years are over, and none before.

Services have no right to delete one themselves: this runs as the owner of the tables, and believes
the server's clock, the seals' order, and the time that each row was written with.
"""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute(
        """
        CREATE FUNCTION prune_audit() RETURNS bigint
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
        DECLARE
            first_young bigint;
            last bigint;
            gone bigint;
        BEGIN
            SELECT min(number) INTO first_young FROM public.audit_seals
                WHERE sealed_at >= now() - interval '72 months';
            SELECT max(last_id) INTO last FROM (
                SELECT last_id FROM public.audit_seals
                    WHERE pruned_at IS NULL AND (first_young IS NULL OR number < first_young)
                    ORDER BY number LIMIT 10
            ) AS old;
            IF last IS NULL THEN
                RETURN 0;
            END IF;
            DELETE FROM public.audit WHERE id BETWEEN 1 AND last
                AND at < now() - interval '72 months' + interval '1 day';  -- clocks may differ
            GET DIAGNOSTICS gone = ROW_COUNT;
            UPDATE public.audit_seals SET pruned_at = now()
                WHERE last_id <= last AND pruned_at IS NULL
                AND (first_young IS NULL OR number < first_young);
            RETURN gone;
        END
        $$
        """
    )
    op.execute("REVOKE ALL ON FUNCTION prune_audit() FROM PUBLIC")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION prune_audit()")
