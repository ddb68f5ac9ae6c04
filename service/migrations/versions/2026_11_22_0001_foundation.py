"""Foundation, organisation, audit, cases, places, custody, assets, grounds, accounts

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TONES = {"": 0, "\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
VOWELS = "aăâeêioôơuưy"
ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"


def _marks() -> tuple[str, str, str]:
    """Vowels with tone, the same without, and the tones' numbers, for translate()."""
    import unicodedata

    marked = [
        (unicodedata.normalize("NFC", v + t), v, str(n)) for v in VOWELS for t, n in TONES.items()
    ]
    return tuple("".join(column) for column in zip(*marked, strict=True))  # type: ignore[return-value]


def _sort_key() -> str:
    """Vietnamese order without ICU: letters first, then tones, then case."""
    marked, bare, tones = _marks()
    codes = "".join(chr(0x41 + i) for i in range(len(ALPHABET)))
    return f"""
    CREATE FUNCTION vn_key(x text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
      SELECT translate(translate(lower(n), '{marked}', '{bare}'), '{ALPHABET}', '{codes}') || chr(1)
        || rtrim(regexp_replace(translate(regexp_replace(lower(n), '[0-9]', 'z', 'g'),
             '{marked}', '{tones}'), '[^0-5]', '0', 'g'), '0') || chr(1)
        || regexp_replace(regexp_replace(n, '[[:upper:]]', '1', 'g'), '[^1]', '0', 'g')
      FROM (SELECT normalize(x, NFC) n) s $$"""


BEFORE = r"""
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE EXTENSION IF NOT EXISTS btree_gist;

DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'kebien_app') THEN
    CREATE ROLE kebien_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'kebien_reader') THEN
    CREATE ROLE kebien_reader LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
  END IF;
  EXECUTE format('GRANT kebien_app, kebien_reader TO %I', current_user);
END $$;
GRANT USAGE ON SCHEMA public TO kebien_app, kebien_reader;

-- Text without marks and case; đ is found by d, hòa and hoà are the same.
CREATE FUNCTION vn_fold(x text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS
$$ SELECT lower(public.unaccent('public.unaccent'::regdictionary, normalize(x, NFC))) $$;

-- Whose case data this transaction may see; set by kebien_open and kebien_act.
CREATE FUNCTION kebien_sees_all() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT coalesce(current_setting('kebien.sees_all', true), '') = 'on' $$;
CREATE FUNCTION kebien_offices() RETURNS bigint[] LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT coalesce(nullif(current_setting('kebien.offices', true), ''), '{}')::bigint[] $$;
CREATE FUNCTION kebien_sees(office bigint) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT kebien_sees_all() OR office = ANY (kebien_offices()) $$;
CREATE FUNCTION kebien_act(staff text, offices text, sees_all boolean, read_only boolean)
RETURNS void LANGUAGE plpgsql AS $$ BEGIN
  PERFORM set_config('kebien.staff', staff, true), set_config('kebien.offices', offices, true),
          set_config('kebien.sees_all', CASE WHEN sees_all THEN 'on' ELSE 'off' END, true);
  IF read_only THEN PERFORM set_config('transaction_read_only', 'on', true); END IF;
END $$;

-- Rows of an office are seen and written by who sees the office; the two settings are read once a statement.
CREATE PROCEDURE kebien_scope_by_office(tbl regclass) LANGUAGE plpgsql AS $$ BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', tbl);
  EXECUTE format('CREATE POLICY office ON %s USING ((SELECT kebien_sees_all())'
    ' OR office_id = ANY ((SELECT kebien_offices())::bigint[]))', tbl);
END $$;

-- Rows that hang on an asset are seen by who sees the asset, also after it went to another office, and
-- by the office that wrote them, which keeps reading its own.
CREATE PROCEDURE kebien_scope_by_asset(tbl regclass, has_office boolean) LANGUAGE plpgsql AS $$ BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', tbl);
  EXECUTE format('CREATE POLICY seen ON %s FOR SELECT USING ((SELECT kebien_sees_all())%s'
    ' OR EXISTS (SELECT FROM asset a WHERE a.id = asset_id))', tbl,
    CASE WHEN has_office THEN ' OR office_id = ANY ((SELECT kebien_offices())::bigint[])' ELSE '' END);
  EXECUTE format('CREATE POLICY changed ON %s FOR UPDATE USING ((SELECT kebien_sees_all())'
    ' OR EXISTS (SELECT FROM asset a WHERE a.id = asset_id))', tbl);
  IF has_office THEN
    EXECUTE format('CREATE POLICY added ON %s FOR INSERT WITH CHECK ((SELECT kebien_sees_all())'
      ' OR office_id = ANY ((SELECT kebien_offices())::bigint[]))', tbl);
  ELSE
    EXECUTE format('CREATE POLICY added ON %s FOR INSERT WITH CHECK ((SELECT kebien_sees_all())'
      ' OR EXISTS (SELECT FROM asset a WHERE a.id = asset_id))', tbl);
  END IF;
END $$;

CREATE FUNCTION kebien_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  RAISE EXCEPTION 'table % is append-only: % refused', TG_TABLE_NAME, TG_OP
    USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE PROCEDURE kebien_append_only(tbl regclass) LANGUAGE plpgsql AS $$ BEGIN
  EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON %s'
    ' FOR EACH ROW EXECUTE FUNCTION kebien_refuse()', tbl);
  EXECUTE format('CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON %s'
    ' FOR EACH STATEMENT EXECUTE FUNCTION kebien_refuse()', tbl);
END $$;

CREATE SEQUENCE asset_id_seq;

-- The same number as inventory.base.numbering.reference, for things that are written in sets.
CREATE FUNCTION kebien_reference(prefix text, number bigint) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE digit text; rest int := 10; BEGIN
  FOREACH digit IN ARRAY string_to_array(lpad(number::text, greatest(7, length(number::text)), '0'), NULL) LOOP
    rest := (rest + digit::int) % 10;
    rest := CASE WHEN rest = 0 THEN 10 ELSE rest END * 2 % 11;
  END LOOP;
  RETURN prefix || '-' || lpad(number::text, greatest(7, length(number::text)), '0')
    || '-' || ((11 - rest) % 10);
END $$;
"""

AFTER = r"""
CREATE FUNCTION kebien_field(x text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT coalesce(octet_length(x), 0) || ':' || coalesce(x, '') $$;

-- The same bytes as inventory.custody.rules.canonical.
CREATE FUNCTION kebien_custody_hash(e custody_entry) RETURNS bytea LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT {hash_of_e} $$;

-- An entry must continue its asset's chain: next number, the last hash, from where it was.
CREATE FUNCTION kebien_custody_check() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE last record; BEGIN
  SELECT seq, hash, to_place_id INTO last FROM custody_entry
    WHERE asset_id = NEW.asset_id ORDER BY seq DESC LIMIT 1;
  IF NEW.seq <> coalesce(last.seq, 0) + 1
     OR NEW.previous_hash <> coalesce(last.hash, decode(repeat('00', 32), 'hex'))
     OR NEW.from_place_id IS DISTINCT FROM last.to_place_id
     OR NEW.hash <> {hash_of_new} THEN
    RAISE EXCEPTION 'custody entry % of asset % does not continue its chain', NEW.seq, NEW.asset_id
      USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'custody_chain';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER chain BEFORE INSERT ON custody_entry
  FOR EACH ROW EXECUTE FUNCTION kebien_custody_check();

CREATE TRIGGER kept BEFORE DELETE ON office FOR EACH ROW EXECUTE FUNCTION kebien_refuse();
CREATE TRIGGER kept BEFORE DELETE ON staff FOR EACH ROW EXECUTE FUNCTION kebien_refuse();
CALL kebien_append_only('audit_entry');
CALL kebien_append_only('custody_entry');

CALL kebien_scope_by_office('enforcement_case');
CALL kebien_scope_by_office('place');
CALL kebien_scope_by_office('asset');
CALL kebien_scope_by_office('holding');
CALL kebien_scope_by_asset('custody_entry', true);
CALL kebien_scope_by_asset('seizure', true);
CALL kebien_scope_by_asset('evidence_hold', true);
ALTER TABLE audit_entry ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON audit_entry FOR SELECT USING (office_id IS NULL OR (SELECT kebien_sees_all())
  OR office_id = ANY ((SELECT kebien_offices())::bigint[]));
CREATE POLICY added ON audit_entry FOR INSERT WITH CHECK (office_id IS NULL
  OR (SELECT kebien_sees_all()) OR office_id = ANY ((SELECT kebien_offices())::bigint[]));

-- Newest assets that hold the folded words and are written exactly so, or not. Looks in growing batches:
-- the usual search ends in the first, and no plan is chosen that reads all matches for fifty of them.
CREATE FUNCTION kebien_scan_assets(folded text, typed text, exactly boolean, before bigint, n int)
RETURNS SETOF bigint LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
DECLARE
  everything boolean := kebien_sees_all();
  offices bigint[] := kebien_offices();
  batch int := 4 * n;
  given int := 0;
  seen int;
  r record;
BEGIN
  LOOP
    seen := 0;
    FOR r IN SELECT a.id, lower(a.reference || ' ' || a.description || ' '
          || coalesce(a.identification, '') || ' ' || coalesce(a.source_ref, '')) LIKE typed AS same
        FROM asset a WHERE a.searchable LIKE folded AND a.id < before
          AND (everything OR a.office_id = ANY (offices))
        ORDER BY a.id DESC LIMIT batch LOOP
      seen := seen + 1;
      before := r.id;
      IF r.same = exactly THEN
        RETURN NEXT r.id;
        given := given + 1;
        IF given = n THEN RETURN; END IF;
      END IF;
    END LOOP;
    IF seen < batch THEN RETURN; END IF;
    batch := batch * 4;
  END LOOP;
END $$;

-- Ids of assets whose text holds the words, exact marks first, newest first. LIKE is not leakproof, so
-- under row-level security it could use no index: the functions look past the policies and state the
-- scope themselves.
CREATE FUNCTION kebien_find_assets(words text, before_exact bigint, before_other bigint, n int)
RETURNS TABLE (id bigint, exact boolean) LANGUAGE plpgsql STABLE ROWS 51 SECURITY DEFINER
SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
DECLARE
  folded text := '%' || replace(replace(replace(vn_fold(words), '\', '\\'), '%', '\%'), '_', '\_') || '%';
  typed text := '%' || replace(replace(replace(lower(normalize(words, NFC)), '\', '\\'), '%', '\%'), '_', '\_') || '%';
  everything boolean := kebien_sees_all();
  offices bigint[] := kebien_offices();
  found int := 0;
BEGIN
  IF typed = folded THEN  -- typed without marks: no order among those found
    RETURN QUERY SELECT a.id, false FROM asset a
      WHERE a.searchable LIKE folded AND a.id < before_other
        AND (everything OR a.office_id = ANY (offices))
      ORDER BY a.id DESC LIMIT n;
    RETURN;
  END IF;
  IF before_exact IS NOT NULL THEN
    RETURN QUERY SELECT f, true FROM kebien_scan_assets(folded, typed, true, before_exact, n) f;
    GET DIAGNOSTICS found = ROW_COUNT;
  END IF;
  IF found < n THEN
    RETURN QUERY SELECT f, false FROM kebien_scan_assets(folded, typed, false, before_other, n - found) f;
  END IF;
END $$;

-- Who a token stands for, in one round trip: sets the transaction's actor and answers it,
-- with the remembered answer where the request was made before.
CREATE FUNCTION kebien_open(token bytea, moment timestamptz, read_only boolean, answer_key text)
RETURNS TABLE (actor jsonb, request_hash bytea, status bigint, headers jsonb, body bytea)
LANGUAGE plpgsql AS $$
DECLARE s record; BEGIN
  SELECT l.actor AS who, l.offices INTO s FROM login_session l
    WHERE l.token_hash = token AND l.ended_at IS NULL AND l.expires_at > moment;
  IF NOT FOUND THEN
    PERFORM kebien_act('', '{}', false, read_only);
    RETURN;
  END IF;
  PERFORM kebien_act(s.who ->> 'staff_id', s.offices, false, read_only);
  IF answer_key IS NULL THEN
    RETURN QUERY SELECT s.who, NULL::bytea, NULL::bigint, NULL::jsonb, NULL::bytea;
  ELSE
    RETURN QUERY SELECT s.who, r.request_hash, r.status, r.headers, r.body FROM (SELECT 1) one
      LEFT JOIN remembered_answer r ON r.staff_id = (s.who ->> 'staff_id')::bigint AND r.key = answer_key;
  END IF;
END $$;

GRANT SELECT, INSERT ON audit_entry, custody_entry TO kebien_app;
GRANT SELECT, INSERT, UPDATE ON office, staff, appointment, number_series, enforcement_case, place,
  holding, asset, seizure, evidence_hold, account, login_session, login_attempts, remembered_answer
  TO kebien_app;
GRANT DELETE ON login_attempts, remembered_answer TO kebien_app;
GRANT USAGE ON SEQUENCE asset_id_seq TO kebien_app;
GRANT SELECT ON office, staff, appointment, enforcement_case, place, holding, asset, seizure,
  evidence_hold, custody_entry, audit_entry TO kebien_reader;
"""


def _hash_of(row: str) -> str:
    """The hash of a custody entry: the fields in one list, each as length:text.

    Spelled out, because a call with a whole row costs more than all else; one call that joins them,
    because the check is made ready anew in every transaction, and costs by the number of its parts.
    """
    texts = ("kind", "giver", "receiver", "reason", "document", "actor_name")
    fields = [
        f"{row}.{name}" if name in texts else f"{row}.{name}::text"
        for name in (
            "asset_id",
            "seq",
            "kind",
            "from_place_id",
            "to_place_id",
            "giver",
            "receiver",
            "reason",
            "document",
            "at",
            "staff_id",
            "actor_name",
            "office_id",
        )
    ]
    fields[9] = f"(extract(epoch FROM {row}.at) * 1000000)::bigint::text"
    fields.append(f"encode({row}.previous_hash, 'hex')")
    parts = ", ".join(f"coalesce(octet_length({field}), 0), ':', {field}" for field in fields)
    return f"sha256(convert_to(concat({parts}), 'UTF8'))"


UNDO = """
DROP SEQUENCE IF EXISTS asset_id_seq;
DROP FUNCTION kebien_open, kebien_find_assets, kebien_scan_assets, kebien_field, kebien_refuse,
  kebien_act, kebien_sees, kebien_sees_all, kebien_offices, vn_fold, vn_key,
  kebien_reference;
DROP PROCEDURE kebien_scope_by_office, kebien_scope_by_asset, kebien_append_only;
REVOKE USAGE ON SCHEMA public FROM kebien_app, kebien_reader;
"""


def upgrade() -> None:
    before()
    create_tables()
    after()


def downgrade() -> None:
    op.execute(sa.text("DROP FUNCTION kebien_custody_check, kebien_custody_hash CASCADE"))
    drop_tables()
    undo()


def create_tables() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=True),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=True),
        sa.Column("subject_ref", sa.Text(), nullable=False),
        sa.Column("data", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    op.create_index(
        "ix_audit_entry_subject", "audit_entry", ["subject_kind", "subject_id", "id"], unique=False
    )
    op.create_table(
        "login_attempts",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("window_start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failures", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_login_attempts")),
    )
    op.create_table(
        "office",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "name_key", sa.Text(), sa.Computed("vn_key(name)", persisted=True), nullable=False
        ),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("successor_id", sa.BigInteger(), nullable=True),
        sa.Column("former_names", sa.Text(), nullable=True),
        sa.Column("basis", sa.Text(), nullable=True),
        sa.Column("demonstration", sa.Boolean(), server_default="false", nullable=False),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_office_validity")
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["office.id"], name=op.f("fk_office_parent_id")),
        sa.ForeignKeyConstraint(
            ["successor_id"], ["office.id"], name=op.f("fk_office_successor_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office")),
        sa.UniqueConstraint("code", "valid_from", name=op.f("uq_office_code_valid_from")),
    )
    op.create_index(op.f("ix_office_parent_id"), "office", ["parent_id"], unique=False)
    op.create_table(
        "remembered_answer",
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("request_hash", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.BigInteger(), nullable=False),
        sa.Column("headers", postgresql.JSONB(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("staff_id", "key", name=op.f("pk_remembered_answer")),
    )
    op.create_index("ix_remembered_answer_at", "remembered_answer", ["at"], unique=False)
    op.create_table(
        "staff",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("demonstration", sa.Boolean(), server_default="false", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("code", name=op.f("uq_staff_code")),
    )
    op.create_table(
        "account",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("locale", sa.Text(), server_default="vi", nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_account_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("login", name=op.f("uq_account_login")),
        sa.UniqueConstraint("staff_id", name=op.f("uq_account_staff_id")),
    )
    op.create_table(
        "appointment",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("decided_by_id", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_appointment_validity")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["staff.id"], name=op.f("fk_appointment_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_appointment_office_id")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_appointment_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
        sa.UniqueConstraint(
            "staff_id",
            "office_id",
            "role",
            "valid_from",
            name=op.f("uq_appointment_staff_id_office_id_role_valid_from"),
        ),
    )
    op.create_index(op.f("ix_appointment_staff_id"), "appointment", ["staff_id"], unique=False)
    op.create_table(
        "enforcement_case",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("decision_number", sa.Text(), nullable=False),
        sa.Column("decision_on", sa.Date(), nullable=True),
        sa.Column("notified_on", sa.Date(), nullable=True),
        sa.Column("court", sa.Text(), nullable=True),
        sa.Column("judgment", sa.Text(), nullable=True),
        sa.Column("debtor_name", sa.Text(), nullable=True),
        sa.Column("creditor_name", sa.Text(), nullable=True),
        sa.Column("officer_id", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("ever_held", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("source_ref", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_enforcement_case_office_id")
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["staff.id"], name=op.f("fk_enforcement_case_officer_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["staff.id"], name=op.f("fk_enforcement_case_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enforcement_case")),
        sa.UniqueConstraint(
            "office_id",
            "decision_number",
            name=op.f("uq_enforcement_case_office_id_decision_number"),
        ),
    )
    op.create_index(
        "ix_enforcement_case_source",
        "enforcement_case",
        ["source", "source_ref"],
        unique=True,
        postgresql_where=sa.text("source IS NOT NULL"),
    )
    op.create_table(
        "number_series",
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("series", sa.Text(), nullable=False),
        sa.Column("year", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_number_series_office_id")
        ),
        sa.PrimaryKeyConstraint("office_id", "series", "year", name=op.f("pk_number_series")),
    )
    op.create_table(
        "place",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("custody_form", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("capacity", sa.BigInteger(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_place_office_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["place.id"], name=op.f("fk_place_parent_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["staff.id"], name=op.f("fk_place_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place")),
        sa.UniqueConstraint("office_id", "code", name=op.f("uq_place_office_id_code")),
    )
    op.create_index(op.f("ix_place_parent_id"), "place", ["parent_id"], unique=False)
    op.create_index(
        "ix_place_path",
        "place",
        ["path"],
        unique=False,
        postgresql_ops={"path": "text_pattern_ops"},
    )
    op.create_table(
        "asset",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("identification", sa.Text(), nullable=True),
        sa.Column(
            "quantity", sa.Numeric(precision=20, scale=3), server_default="1", nullable=False
        ),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("condition", sa.Text(), nullable=True),
        sa.Column("owner_name", sa.Text(), nullable=True),
        sa.Column("location", sa.Text(), nullable=True),
        sa.Column("perishable_on", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("source_ref", sa.Text(), nullable=True),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("registered_by_id", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column(
            "searchable",
            sa.Text(),
            sa.Computed(
                "vn_fold(reference || ' ' || description || ' ' || coalesce(identification, '') || ' ' || coalesce(source_ref, ''))",
                persisted=True,
            ),
            nullable=False,
        ),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_asset_quantity")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["enforcement_case.id"], name=op.f("fk_asset_case_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset")),
        sa.UniqueConstraint("reference", name=op.f("uq_asset_reference")),
    )
    op.create_index("ix_asset_case_id", "asset", ["case_id"], unique=False)
    op.create_index("ix_asset_office_id_id", "asset", ["office_id", "id"], unique=False)
    op.create_index(
        "ix_asset_searchable",
        "asset",
        ["searchable"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"searchable": "gin_trgm_ops"},
        postgresql_with={"gin_pending_list_limit": 256},
    )
    op.create_index(
        "ix_asset_source",
        "asset",
        ["source", "source_ref"],
        unique=True,
        postgresql_where=sa.text("source IS NOT NULL"),
    )
    op.create_table(
        "login_session",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("actor", postgresql.JSONB(), nullable=False),
        sa.Column("offices", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_login_session_account_id")
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_login_session")),
    )
    op.create_index("ix_login_session_account_id", "login_session", ["account_id"], unique=False)
    op.create_table(
        "custody_entry",
        sa.Column("asset_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("from_place_id", sa.BigInteger(), nullable=True),
        sa.Column("to_place_id", sa.BigInteger(), nullable=True),
        sa.Column("giver", sa.Text(), nullable=False),
        sa.Column("receiver", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=True),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("previous_hash", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_custody_entry_asset_id")),
        sa.ForeignKeyConstraint(
            ["from_place_id"], ["place.id"], name=op.f("fk_custody_entry_from_place_id")
        ),
        sa.ForeignKeyConstraint(
            ["to_place_id"], ["place.id"], name=op.f("fk_custody_entry_to_place_id")
        ),
        sa.PrimaryKeyConstraint("asset_id", "seq", name=op.f("pk_custody_entry")),
    )
    op.create_index(
        "ix_custody_entry_office_id_at", "custody_entry", ["office_id", "at"], unique=False
    )
    op.create_table(
        "evidence_hold",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("asset_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("agency", sa.Text(), nullable=False),
        sa.Column("first_minutes", sa.Text(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("keeping_rule_id", sa.BigInteger(), nullable=True),
        sa.Column("keeping_article", sa.Text(), nullable=True),
        sa.Column("comparison", sa.Text(), nullable=True),
        sa.Column("difference", sa.Text(), nullable=True),
        sa.Column("letter", sa.Text(), nullable=True),
        sa.Column("answer_number", sa.Text(), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("end_decision", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "ended_on IS NULL OR ended_on >= received_on", name=op.f("ck_evidence_hold_period")
        ),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_evidence_hold_asset_id")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["enforcement_case.id"], name=op.f("fk_evidence_hold_case_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_hold")),
    )
    op.create_index("ix_evidence_hold_asset_id", "evidence_hold", ["asset_id"], unique=False)
    op.create_index("ix_evidence_hold_case_id", "evidence_hold", ["case_id"], unique=False)
    op.create_table(
        "holding",
        sa.Column("asset_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("place_id", sa.BigInteger(), nullable=True),
        sa.Column("receiver", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.Text(), server_default="", nullable=False),
        sa.Column("home_place_id", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("asset_id", name=op.f("pk_holding")),
    )
    op.create_index(
        "ix_holding_place_id_asset_id",
        "holding",
        ["place_id", "asset_id"],
        unique=False,
        postgresql_where=sa.text("place_id IS NOT NULL"),
    )
    op.create_index(
        "ix_holding_waiting",
        "holding",
        ["office_id", "asset_id"],
        unique=False,
        postgresql_where=sa.text("seq = 0"),
    )
    op.create_index(
        "ix_holding_away",
        "holding",
        ["office_id", "kind", "asset_id"],
        unique=False,
        postgresql_where=sa.text("kind IN ('sent', 'lent')"),
    )
    op.create_table(
        "seizure",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("asset_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.BigInteger(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("decision_number", sa.Text(), nullable=False),
        sa.Column("decision_on", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Text(), nullable=True),
        sa.Column("debtor_asked", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("way", sa.Text(), server_default="decision", nullable=False),
        sa.Column("supplements", sa.Text(), nullable=True),
        sa.Column("supplements_on", sa.Date(), nullable=True),
        sa.Column("seized_by", sa.Text(), nullable=True),
        sa.Column("estimated_value", sa.Numeric(precision=20, scale=2), nullable=True),
        sa.Column("released_on", sa.Date(), nullable=True),
        sa.Column("release_decision", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.Column("followed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "released_on IS NULL OR released_on >= decision_on", name=op.f("ck_seizure_period")
        ),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_seizure_asset_id")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["enforcement_case.id"], name=op.f("fk_seizure_case_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seizure")),
    )
    op.create_index("ix_seizure_asset_id", "seizure", ["asset_id"], unique=False)
    op.create_index(
        "ix_seizure_unfollowed",
        "seizure",
        ["id"],
        unique=False,
        postgresql_where=sa.text("followed_at IS NULL"),
    )
    op.create_index("ix_seizure_case_id", "seizure", ["case_id"], unique=False)
    op.create_index(
        "uq_seizure_open",
        "seizure",
        ["asset_id", "case_id"],
        unique=True,
        postgresql_where=sa.text("released_on IS NULL"),
    )


def drop_tables() -> None:
    op.drop_index(
        "uq_seizure_open", table_name="seizure", postgresql_where=sa.text("released_on IS NULL")
    )
    op.drop_index("ix_seizure_case_id", table_name="seizure")
    op.drop_index("ix_seizure_asset_id", table_name="seizure")
    op.drop_table("seizure")
    op.drop_index(
        "ix_holding_away",
        table_name="holding",
        postgresql_where=sa.text("kind IN ('sent', 'lent')"),
    )
    op.drop_index(
        "ix_holding_waiting", table_name="holding", postgresql_where=sa.text("seq = 0")
    )
    op.drop_index(
        "ix_holding_place_id_asset_id",
        table_name="holding",
        postgresql_where=sa.text("place_id IS NOT NULL"),
    )
    op.drop_table("holding")
    op.drop_index("ix_evidence_hold_case_id", table_name="evidence_hold")
    op.drop_index("ix_evidence_hold_asset_id", table_name="evidence_hold")
    op.drop_table("evidence_hold")
    op.drop_index("ix_custody_entry_office_id_at", table_name="custody_entry")
    op.drop_table("custody_entry")
    op.drop_index("ix_login_session_account_id", table_name="login_session")
    op.drop_table("login_session")
    op.drop_index(
        "ix_asset_source", table_name="asset", postgresql_where=sa.text("source IS NOT NULL")
    )
    op.drop_index(
        "ix_asset_searchable",
        table_name="asset",
        postgresql_using="gin",
        postgresql_ops={"searchable": "gin_trgm_ops"},
    )
    op.drop_index("ix_asset_office_id_id", table_name="asset")
    op.drop_index("ix_asset_case_id", table_name="asset")
    op.drop_table("asset")
    op.drop_index("ix_place_path", table_name="place", postgresql_ops={"path": "text_pattern_ops"})
    op.drop_index(op.f("ix_place_parent_id"), table_name="place")
    op.drop_table("place")
    op.drop_table("number_series")
    op.drop_index(
        "ix_enforcement_case_source",
        table_name="enforcement_case",
        postgresql_where=sa.text("source IS NOT NULL"),
    )
    op.drop_table("enforcement_case")
    op.drop_index(op.f("ix_appointment_staff_id"), table_name="appointment")
    op.drop_table("appointment")
    op.drop_table("account")
    op.drop_table("staff")
    op.drop_index("ix_remembered_answer_at", table_name="remembered_answer")
    op.drop_table("remembered_answer")
    op.drop_index(op.f("ix_office_parent_id"), table_name="office")
    op.drop_table("office")
    op.drop_table("login_attempts")
    op.drop_index("ix_audit_entry_subject", table_name="audit_entry")
    op.drop_table("audit_entry")


def before() -> None:
    op.execute(sa.text(BEFORE.replace(":", "\\:")))
    op.execute(sa.text(_sort_key().replace(":", "\\:")))


def after() -> None:
    op.execute(
        sa.text(
            AFTER.replace("{hash_of_e}", _hash_of("e"))
            .replace("{hash_of_new}", _hash_of("NEW"))
            .replace(":", "\\:")
        )
    )


def undo() -> None:
    op.execute(sa.text(UNDO))
