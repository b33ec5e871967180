CREATE TABLE public.adjustments (
    id uuid NOT NULL,
    statement_id uuid NOT NULL,
    description text NOT NULL,
    amount numeric(16,4) NOT NULL,
    created_at timestamp with time zone NOT NULL
);
CREATE TABLE public.admission_policies (
    course text NOT NULL,
    version bigint NOT NULL,
    required_steps json NOT NULL,
    conditions json NOT NULL,
    bands json NOT NULL,
    tie_break text NOT NULL,
    seed text,
    offer_working_days bigint NOT NULL,
    policy_text text NOT NULL,
    published_by text NOT NULL,
    published_at timestamp with time zone NOT NULL
);
CREATE TABLE public.admission_steps (
    application_id uuid NOT NULL,
    step text NOT NULL,
    outcome text,
    answer text,
    given_by text,
    via text,
    recorded_by text,
    recorded_at timestamp with time zone,
    link_number bigint NOT NULL,
    link_expires_at timestamp with time zone,
    revision bigint NOT NULL,
    CONSTRAINT ck_admission_steps_outcome CHECK ((outcome = ANY (ARRAY['met'::text, 'not_met'::text])))
);
CREATE TABLE public.applications (
    id uuid NOT NULL,
    dfe_application_id uuid,
    reference text,
    source text NOT NULL,
    participant_id uuid NOT NULL,
    course text NOT NULL,
    cohort text NOT NULL,
    status text NOT NULL,
    decision text,
    training_status text,
    training_changed_at timestamp with time zone,
    training_reason text,
    training_effective_on date,
    expected_return_on date,
    schedule text,
    delivery_partner_id uuid,
    school_urn text,
    in_england boolean NOT NULL,
    place text NOT NULL,
    funded_place boolean,
    eligible_for_funding boolean NOT NULL,
    ineligible_for_funding_reason text,
    funding_prediction text,
    accepted_at timestamp with time zone,
    reason_for_rejection text,
    problem json,
    dfe_updated_at timestamp with time zone,
    seen_in_sync bigint,
    created_at timestamp with time zone NOT NULL,
    revision bigint NOT NULL,
    targeted_delivery_funding boolean DEFAULT false NOT NULL,
    CONSTRAINT ck_applications_place CHECK ((place = ANY (ARRAY['none'::text, 'waiting'::text, 'offered'::text, 'held'::text, 'over'::text]))),
    CONSTRAINT ck_applications_status CHECK ((status = ANY (ARRAY['pending'::text, 'accepted'::text, 'rejected'::text, 'removed'::text])))
);
CREATE TABLE public.cohorts (
    cohort text NOT NULL,
    funding text NOT NULL
);
CREATE TABLE public.contracts (
    cohort text NOT NULL,
    course text NOT NULL,
    from_month date NOT NULL,
    recruitment_target bigint NOT NULL,
    per_participant numeric(16,4) NOT NULL,
    output_payment_percentage bigint NOT NULL,
    number_of_payment_periods bigint NOT NULL,
    service_fee_percentage bigint NOT NULL,
    service_fee_installments bigint NOT NULL,
    monthly_service_fee numeric(16,4),
    targeted_delivery_funding_per_participant numeric(16,4) NOT NULL,
    special_course boolean NOT NULL,
    CONSTRAINT ck_contracts_number_of_payment_periods CHECK ((number_of_payment_periods > 0)),
    CONSTRAINT ck_contracts_recruitment_target CHECK ((recruitment_target > 0))
);
CREATE TABLE public.course_terms (
    course text NOT NULL,
    most_deferrals bigint NOT NULL,
    words_least bigint,
    words_most bigint,
    revision bigint NOT NULL
);
CREATE TABLE public.deadline_warnings (
    application_id uuid NOT NULL,
    declaration_type text NOT NULL,
    days bigint NOT NULL
);
CREATE TABLE public.declarations (
    id uuid NOT NULL,
    application_id uuid NOT NULL,
    dfe_declaration_id uuid,
    declaration_type text NOT NULL,
    state text NOT NULL,
    declaration_date timestamp with time zone NOT NULL,
    has_passed boolean,
    delivery_partner_id uuid,
    evidence_service text NOT NULL,
    evidence_record uuid NOT NULL,
    evidence_revision bigint NOT NULL,
    evidence_fact json NOT NULL,
    evidence_on date NOT NULL,
    problem json,
    created_at timestamp with time zone NOT NULL,
    revision bigint NOT NULL,
    decision text,
    void_reason text,
    fundable boolean,
    expected_statement_id uuid,
    expected_clawback_id uuid,
    dfe_statement_id uuid,
    dfe_clawback_statement_id uuid,
    dfe_updated_at timestamp with time zone
);
CREATE TABLE public.delivery_partners (
    id uuid NOT NULL,
    dfe_delivery_partner_id uuid,
    dfe_cohorts json,
    name text NOT NULL,
    name_key text NOT NULL,
    status text NOT NULL,
    place text,
    revision bigint NOT NULL
);
CREATE TABLE public.dfe_budget (
    name text NOT NULL,
    "left" bigint NOT NULL,
    filled_at timestamp with time zone
);
CREATE TABLE public.dfe_drift (
    id bigint NOT NULL,
    record text NOT NULL,
    record_id uuid,
    dfe_id uuid,
    application_id uuid,
    field text NOT NULL,
    ours text,
    theirs text,
    found_at timestamp with time zone NOT NULL,
    found_in_sync bigint NOT NULL,
    resolved_at timestamp with time zone,
    resolution text,
    CONSTRAINT ck_dfe_drift_record CHECK ((record = ANY (ARRAY['application'::text, 'participant'::text, 'declaration'::text, 'outcome'::text]))),
    CONSTRAINT ck_dfe_drift_resolution CHECK ((resolution = ANY (ARRAY['followed'::text, 'agreed'::text])))
);
CREATE SEQUENCE public.dfe_drift_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.dfe_drift_id_seq OWNED BY public.dfe_drift.id;
CREATE TABLE public.dfe_retired_participants (
    dfe_participant_id uuid NOT NULL,
    participant_id uuid NOT NULL,
    former_participant_id uuid,
    merged_at timestamp with time zone NOT NULL
);
CREATE TABLE public.dfe_shown (
    stream text NOT NULL,
    dfe_id uuid NOT NULL,
    digest bytea NOT NULL,
    seen_in_sync bigint NOT NULL
);
CREATE TABLE public.dfe_streams (
    name text NOT NULL,
    cursor_at timestamp with time zone,
    number bigint NOT NULL,
    since timestamp with time zone,
    page bigint NOT NULL,
    finished_at timestamp with time zone,
    problem text
);
CREATE TABLE public.dfe_traffic (
    name text NOT NULL,
    stopped_until timestamp with time zone,
    failures bigint NOT NULL,
    problem text,
    holder uuid,
    held_until timestamp with time zone,
    number bigint NOT NULL,
    everything boolean NOT NULL,
    since timestamp with time zone,
    started_at timestamp with time zone,
    page bigint NOT NULL,
    cursor_at timestamp with time zone,
    finished_at timestamp with time zone,
    due_at timestamp with time zone,
    stopped_by text
);
CREATE TABLE public.dfe_writes (
    id bigint NOT NULL,
    application_id uuid NOT NULL,
    kind text NOT NULL,
    subject text NOT NULL,
    payload json NOT NULL,
    state text NOT NULL,
    attempts bigint NOT NULL,
    next_attempt_at timestamp with time zone,
    problem json,
    correlation_id text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    CONSTRAINT ck_dfe_writes_state CHECK ((state = ANY (ARRAY['owed'::text, 'sending'::text, 'in_doubt'::text, 'done'::text, 'refused'::text])))
);
CREATE SEQUENCE public.dfe_writes_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.dfe_writes_id_seq OWNED BY public.dfe_writes.id;
CREATE TABLE public.eligibility_entries (
    eligibility_list text NOT NULL,
    identifier text NOT NULL,
    name text,
    edition text NOT NULL
);
CREATE TABLE public.evidence (
    service text NOT NULL,
    record uuid NOT NULL,
    kind text NOT NULL,
    application_id uuid NOT NULL,
    record_revision bigint NOT NULL,
    fact json NOT NULL,
    told_at timestamp with time zone NOT NULL
);
CREATE TABLE public.fees (
    id uuid NOT NULL,
    application_id uuid NOT NULL,
    payer text NOT NULL,
    payer_reference text NOT NULL,
    amount numeric(16,4) NOT NULL,
    agreed_on date NOT NULL,
    created_at timestamp with time zone NOT NULL,
    revision bigint NOT NULL,
    CONSTRAINT ck_fees_payer CHECK ((payer = ANY (ARRAY['school'::text, 'trust'::text, 'self'::text])))
);
CREATE TABLE public.idempotency (
    method character varying(128) NOT NULL,
    key character varying(200) NOT NULL,
    body_sha256 bytea NOT NULL,
    answer json,
    created_at timestamp with time zone NOT NULL
);
CREATE TABLE public.import_bad_rows (
    import_id uuid NOT NULL,
    "row" bigint NOT NULL,
    cells json NOT NULL,
    problems json NOT NULL
);
CREATE TABLE public.import_pieces (
    import_id uuid NOT NULL,
    number bigint NOT NULL,
    sha256 text NOT NULL,
    body bytea NOT NULL
);
CREATE TABLE public.imported_rows (
    kind text NOT NULL,
    sha256 text NOT NULL,
    application_id uuid NOT NULL,
    answers json NOT NULL,
    imported_at timestamp with time zone NOT NULL
);
CREATE TABLE public.imports (
    id uuid NOT NULL,
    kind text NOT NULL,
    state text NOT NULL,
    size bigint NOT NULL,
    delimiter text,
    encoding text,
    header json,
    ignored_columns json,
    rows bigint NOT NULL,
    good bigint NOT NULL,
    bad bigint NOT NULL,
    unchanged bigint NOT NULL,
    applied bigint NOT NULL,
    created_by text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    revision bigint NOT NULL,
    CONSTRAINT ck_imports_state CHECK ((state = ANY (ARRAY['uploading'::text, 'validated'::text, 'applied'::text])))
);
CREATE TABLE public.inbox (
    queue character varying(128) NOT NULL,
    event_id uuid NOT NULL,
    handled_at timestamp with time zone NOT NULL
);
CREATE TABLE public.instalments (
    fee_id uuid NOT NULL,
    number bigint NOT NULL,
    due_on date NOT NULL,
    amount numeric(16,4) NOT NULL
);
CREATE TABLE public.kit_version (
    version_num character varying(32) NOT NULL
);
CREATE TABLE public.ledger_entries (
    id bigint NOT NULL,
    fee_id uuid NOT NULL,
    kind text NOT NULL,
    entered_on date NOT NULL,
    reference text NOT NULL,
    created_at timestamp with time zone NOT NULL
);
CREATE SEQUENCE public.ledger_entries_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.ledger_entries_id_seq OWNED BY public.ledger_entries.id;
CREATE TABLE public.ledger_lines (
    entry_id bigint NOT NULL,
    number bigint NOT NULL,
    account text NOT NULL,
    amount numeric(16,4) NOT NULL
);
CREATE TABLE public.likely_duplicates (
    first_id uuid NOT NULL,
    second_id uuid NOT NULL,
    score bigint NOT NULL,
    because text NOT NULL,
    state text NOT NULL,
    reason text,
    decided_by text,
    found_at timestamp with time zone NOT NULL,
    revision bigint NOT NULL,
    CONSTRAINT ck_likely_duplicates_first_is_smaller CHECK ((first_id < second_id))
);
CREATE TABLE public.moved_schools (
    application_id uuid NOT NULL,
    dfe_school_urn text
);
CREATE TABLE public.offers (
    id uuid NOT NULL,
    application_id uuid NOT NULL,
    cohort text NOT NULL,
    course text NOT NULL,
    state text NOT NULL,
    made_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    reason text,
    policy_version bigint,
    revision bigint NOT NULL
);
CREATE TABLE public.outbox (
    id bigint NOT NULL,
    event_id uuid NOT NULL,
    source character varying(64) NOT NULL,
    name character varying(128) NOT NULL,
    body text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    state character varying(16) NOT NULL,
    attempts integer NOT NULL,
    next_attempt_at timestamp with time zone,
    settled_at timestamp with time zone,
    CONSTRAINT ck_outbox_state CHECK (((state)::text = ANY ((ARRAY['waiting'::character varying, 'published'::character varying, 'unheard'::character varying])::text[])))
);
CREATE SEQUENCE public.outbox_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.outbox_id_seq OWNED BY public.outbox.id;
CREATE TABLE public.outcomes (
    id uuid NOT NULL,
    application_id uuid NOT NULL,
    result_id uuid NOT NULL,
    result_revision bigint NOT NULL,
    attempt bigint NOT NULL,
    state text NOT NULL,
    completion_date date NOT NULL,
    report text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    declaration_id uuid
);
CREATE TABLE public.parked (
    queue character varying(128) NOT NULL,
    event_id character varying(64) NOT NULL,
    reason text NOT NULL,
    parked_at timestamp with time zone NOT NULL,
    state character varying(16) DEFAULT 'parked'::character varying NOT NULL,
    CONSTRAINT ck_parked_state CHECK (((state)::text = ANY ((ARRAY['parked'::character varying, 'replayed'::character varying, 'discarded'::character varying])::text[])))
);
CREATE TABLE public.participants (
    id uuid NOT NULL,
    dfe_participant_id uuid,
    full_name text NOT NULL,
    email text,
    email_set_at timestamp with time zone NOT NULL,
    trn text,
    trn_verified boolean NOT NULL,
    address_failed_at timestamp with time zone,
    date_of_birth date
);
CREATE TABLE public.personal_data_reads (
    id bigint NOT NULL,
    read_at timestamp with time zone NOT NULL,
    caller text NOT NULL,
    method text NOT NULL,
    ids json NOT NULL,
    correlation_id text NOT NULL
);
CREATE SEQUENCE public.personal_data_reads_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.personal_data_reads_id_seq OWNED BY public.personal_data_reads.id;
CREATE TABLE public.place_acts (
    id bigint NOT NULL,
    application_id uuid NOT NULL,
    cohort text NOT NULL,
    course text NOT NULL,
    act text NOT NULL,
    before_id uuid,
    after_id uuid,
    reason text,
    done_by text NOT NULL,
    done_at timestamp with time zone NOT NULL
);
CREATE SEQUENCE public.place_acts_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.place_acts_id_seq OWNED BY public.place_acts.id;
CREATE TABLE public.quotas (
    cohort text NOT NULL,
    course text NOT NULL,
    scope text NOT NULL,
    cap bigint,
    held bigint NOT NULL,
    CONSTRAINT ck_quotas_held CHECK (((held >= 0) AND ((cap IS NULL) OR (held <= cap))))
);
CREATE TABLE public.schedules (
    cohort text NOT NULL,
    schedule text NOT NULL,
    starts_on date NOT NULL,
    milestones json NOT NULL,
    revision bigint NOT NULL
);
CREATE TABLE public.schools (
    urn text NOT NULL,
    name text NOT NULL,
    ukprn text,
    trust_id text,
    local_authority text,
    phase text,
    establishment_type text,
    status text,
    town text,
    postcode text,
    place text
);
CREATE TABLE public.service_version (
    version_num character varying(32) NOT NULL
);
CREATE TABLE public.staff (
    id uuid NOT NULL,
    full_name text NOT NULL,
    email text NOT NULL,
    email_key text NOT NULL,
    roles json NOT NULL,
    school_urn text,
    trust_id text,
    delivery_partner_id uuid,
    active boolean NOT NULL,
    address_failed_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    revision bigint NOT NULL,
    broker_user text
);
CREATE TABLE public.statements (
    id uuid NOT NULL,
    cohort text NOT NULL,
    year bigint NOT NULL,
    month bigint NOT NULL,
    deadline_on date NOT NULL,
    payment_on date NOT NULL,
    output_fee boolean NOT NULL,
    reconcile_amount numeric(16,4) NOT NULL,
    dfe_statement_id uuid,
    dfe_deadline_on date,
    dfe_payment_on date,
    paid boolean NOT NULL,
    revision bigint NOT NULL,
    CONSTRAINT ck_statements_month CHECK (((month >= 1) AND (month <= 12)))
);
CREATE TABLE public.tasks (
    id uuid NOT NULL,
    kind text NOT NULL,
    application_id uuid NOT NULL,
    state text NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    opened_because text NOT NULL,
    closed_at timestamp with time zone,
    closed_because text,
    closed_by text,
    revision bigint NOT NULL,
    CONSTRAINT ck_tasks_state CHECK ((state = ANY (ARRAY['open'::text, 'closed'::text])))
);
CREATE TABLE public.timer (
    name character varying(128) NOT NULL,
    last_tick timestamp with time zone,
    ran_at timestamp with time zone
);
CREATE TABLE public.training_history (
    id bigint NOT NULL,
    application_id uuid NOT NULL,
    aspect text NOT NULL,
    value text,
    reason text,
    expected_return_on date,
    effective_on date NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    recorded_by text NOT NULL,
    dfe_at timestamp with time zone,
    corrects bigint,
    CONSTRAINT ck_training_history_aspect CHECK ((aspect = ANY (ARRAY['training_status'::text, 'schedule'::text, 'delivery_partner'::text, 'school'::text])))
);
CREATE SEQUENCE public.training_history_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.training_history_id_seq OWNED BY public.training_history.id;
CREATE TABLE public.trusts (
    trust_id text NOT NULL,
    name text NOT NULL
);
CREATE TABLE public.waitlist_entries (
    application_id uuid NOT NULL,
    cohort text NOT NULL,
    course text NOT NULL,
    state text NOT NULL,
    joined_at timestamp with time zone NOT NULL,
    reinstated_at timestamp with time zone,
    together_id uuid,
    revision bigint NOT NULL,
    CONSTRAINT ck_waitlist_entries_state CHECK ((state = ANY (ARRAY['waiting'::text, 'offered'::text, 'taken'::text, 'declined'::text, 'expired'::text, 'cancelled'::text, 'left'::text])))
);
ALTER TABLE ONLY public.dfe_drift ALTER COLUMN id SET DEFAULT nextval('public.dfe_drift_id_seq'::regclass);
ALTER TABLE ONLY public.dfe_writes ALTER COLUMN id SET DEFAULT nextval('public.dfe_writes_id_seq'::regclass);
ALTER TABLE ONLY public.ledger_entries ALTER COLUMN id SET DEFAULT nextval('public.ledger_entries_id_seq'::regclass);
ALTER TABLE ONLY public.outbox ALTER COLUMN id SET DEFAULT nextval('public.outbox_id_seq'::regclass);
ALTER TABLE ONLY public.personal_data_reads ALTER COLUMN id SET DEFAULT nextval('public.personal_data_reads_id_seq'::regclass);
ALTER TABLE ONLY public.place_acts ALTER COLUMN id SET DEFAULT nextval('public.place_acts_id_seq'::regclass);
ALTER TABLE ONLY public.training_history ALTER COLUMN id SET DEFAULT nextval('public.training_history_id_seq'::regclass);
ALTER TABLE ONLY public.idempotency
    ADD CONSTRAINT idempotency_pkey PRIMARY KEY (method, key);
ALTER TABLE ONLY public.inbox
    ADD CONSTRAINT inbox_pkey PRIMARY KEY (queue, event_id);
ALTER TABLE ONLY public.kit_version
    ADD CONSTRAINT kit_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT outbox_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.parked
    ADD CONSTRAINT parked_pkey PRIMARY KEY (queue, event_id);
ALTER TABLE ONLY public.adjustments
    ADD CONSTRAINT pk_adjustments PRIMARY KEY (id);
ALTER TABLE ONLY public.admission_policies
    ADD CONSTRAINT pk_admission_policies PRIMARY KEY (course, version);
ALTER TABLE ONLY public.admission_steps
    ADD CONSTRAINT pk_admission_steps PRIMARY KEY (application_id, step);
ALTER TABLE ONLY public.applications
    ADD CONSTRAINT pk_applications PRIMARY KEY (id);
ALTER TABLE ONLY public.cohorts
    ADD CONSTRAINT pk_cohorts PRIMARY KEY (cohort);
ALTER TABLE ONLY public.contracts
    ADD CONSTRAINT pk_contracts PRIMARY KEY (cohort, course, from_month);
ALTER TABLE ONLY public.course_terms
    ADD CONSTRAINT pk_course_terms PRIMARY KEY (course);
ALTER TABLE ONLY public.deadline_warnings
    ADD CONSTRAINT pk_deadline_warnings PRIMARY KEY (application_id, declaration_type, days);
ALTER TABLE ONLY public.declarations
    ADD CONSTRAINT pk_declarations PRIMARY KEY (id);
ALTER TABLE ONLY public.delivery_partners
    ADD CONSTRAINT pk_delivery_partners PRIMARY KEY (id);
ALTER TABLE ONLY public.dfe_budget
    ADD CONSTRAINT pk_dfe_budget PRIMARY KEY (name);
ALTER TABLE ONLY public.dfe_drift
    ADD CONSTRAINT pk_dfe_drift PRIMARY KEY (id);
ALTER TABLE ONLY public.dfe_retired_participants
    ADD CONSTRAINT pk_dfe_retired_participants PRIMARY KEY (dfe_participant_id);
ALTER TABLE ONLY public.dfe_shown
    ADD CONSTRAINT pk_dfe_shown PRIMARY KEY (stream, dfe_id);
ALTER TABLE ONLY public.dfe_streams
    ADD CONSTRAINT pk_dfe_streams PRIMARY KEY (name);
ALTER TABLE ONLY public.dfe_traffic
    ADD CONSTRAINT pk_dfe_traffic PRIMARY KEY (name);
ALTER TABLE ONLY public.dfe_writes
    ADD CONSTRAINT pk_dfe_writes PRIMARY KEY (id);
ALTER TABLE ONLY public.eligibility_entries
    ADD CONSTRAINT pk_eligibility_entries PRIMARY KEY (eligibility_list, identifier);
ALTER TABLE ONLY public.evidence
    ADD CONSTRAINT pk_evidence PRIMARY KEY (service, record);
ALTER TABLE ONLY public.fees
    ADD CONSTRAINT pk_fees PRIMARY KEY (id);
ALTER TABLE ONLY public.import_bad_rows
    ADD CONSTRAINT pk_import_bad_rows PRIMARY KEY (import_id, "row");
ALTER TABLE ONLY public.import_pieces
    ADD CONSTRAINT pk_import_pieces PRIMARY KEY (import_id, number);
ALTER TABLE ONLY public.imported_rows
    ADD CONSTRAINT pk_imported_rows PRIMARY KEY (kind, sha256);
ALTER TABLE ONLY public.imports
    ADD CONSTRAINT pk_imports PRIMARY KEY (id);
ALTER TABLE ONLY public.instalments
    ADD CONSTRAINT pk_instalments PRIMARY KEY (fee_id, number);
ALTER TABLE ONLY public.ledger_entries
    ADD CONSTRAINT pk_ledger_entries PRIMARY KEY (id);
ALTER TABLE ONLY public.ledger_lines
    ADD CONSTRAINT pk_ledger_lines PRIMARY KEY (entry_id, number);
ALTER TABLE ONLY public.likely_duplicates
    ADD CONSTRAINT pk_likely_duplicates PRIMARY KEY (first_id, second_id);
ALTER TABLE ONLY public.moved_schools
    ADD CONSTRAINT pk_moved_schools PRIMARY KEY (application_id);
ALTER TABLE ONLY public.offers
    ADD CONSTRAINT pk_offers PRIMARY KEY (id);
ALTER TABLE ONLY public.outcomes
    ADD CONSTRAINT pk_outcomes PRIMARY KEY (id);
ALTER TABLE ONLY public.participants
    ADD CONSTRAINT pk_participants PRIMARY KEY (id);
ALTER TABLE ONLY public.personal_data_reads
    ADD CONSTRAINT pk_personal_data_reads PRIMARY KEY (id);
ALTER TABLE ONLY public.place_acts
    ADD CONSTRAINT pk_place_acts PRIMARY KEY (id);
ALTER TABLE ONLY public.quotas
    ADD CONSTRAINT pk_quotas PRIMARY KEY (cohort, course, scope);
ALTER TABLE ONLY public.schedules
    ADD CONSTRAINT pk_schedules PRIMARY KEY (cohort, schedule);
ALTER TABLE ONLY public.schools
    ADD CONSTRAINT pk_schools PRIMARY KEY (urn);
ALTER TABLE ONLY public.staff
    ADD CONSTRAINT pk_staff PRIMARY KEY (id);
ALTER TABLE ONLY public.statements
    ADD CONSTRAINT pk_statements PRIMARY KEY (id);
ALTER TABLE ONLY public.tasks
    ADD CONSTRAINT pk_tasks PRIMARY KEY (id);
ALTER TABLE ONLY public.training_history
    ADD CONSTRAINT pk_training_history PRIMARY KEY (id);
ALTER TABLE ONLY public.trusts
    ADD CONSTRAINT pk_trusts PRIMARY KEY (trust_id);
ALTER TABLE ONLY public.waitlist_entries
    ADD CONSTRAINT pk_waitlist_entries PRIMARY KEY (application_id);
ALTER TABLE ONLY public.service_version
    ADD CONSTRAINT service_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY public.timer
    ADD CONSTRAINT timer_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.applications
    ADD CONSTRAINT uq_applications_dfe_application_id UNIQUE (dfe_application_id);
ALTER TABLE ONLY public.applications
    ADD CONSTRAINT uq_applications_reference UNIQUE (reference);
ALTER TABLE ONLY public.declarations
    ADD CONSTRAINT uq_declarations_dfe_declaration_id UNIQUE (dfe_declaration_id);
ALTER TABLE ONLY public.delivery_partners
    ADD CONSTRAINT uq_delivery_partners_dfe_delivery_partner_id UNIQUE (dfe_delivery_partner_id);
ALTER TABLE ONLY public.delivery_partners
    ADD CONSTRAINT uq_delivery_partners_name_key UNIQUE (name_key);
ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT uq_outbox_event_id UNIQUE (event_id);
ALTER TABLE ONLY public.outcomes
    ADD CONSTRAINT uq_outcomes_declaration_id_result_id_result_revision_state UNIQUE (declaration_id, result_id, result_revision, state);
ALTER TABLE ONLY public.participants
    ADD CONSTRAINT uq_participants_dfe_participant_id UNIQUE (dfe_participant_id);
ALTER TABLE ONLY public.staff
    ADD CONSTRAINT uq_staff_email_key UNIQUE (email_key);
ALTER TABLE ONLY public.statements
    ADD CONSTRAINT uq_statements_cohort_year_month UNIQUE (cohort, year, month);
ALTER TABLE ONLY public.statements
    ADD CONSTRAINT uq_statements_dfe_statement_id UNIQUE (dfe_statement_id);
CREATE INDEX ix_adjustments_statement_id ON public.adjustments USING btree (statement_id);
CREATE INDEX ix_applications_cohort_course_status ON public.applications USING btree (cohort, course, status);
CREATE INDEX ix_applications_created_at_id ON public.applications USING btree (created_at, id);
CREATE INDEX ix_applications_participant_id ON public.applications USING btree (participant_id);
CREATE INDEX ix_declarations_application_id ON public.declarations USING btree (application_id);
CREATE INDEX ix_declarations_created_at_id ON public.declarations USING btree (created_at, id);
CREATE INDEX ix_declarations_dfe_clawback_statement_id ON public.declarations USING btree (dfe_clawback_statement_id);
CREATE INDEX ix_declarations_dfe_statement_id ON public.declarations USING btree (dfe_statement_id);
CREATE INDEX ix_declarations_expected_statement_id ON public.declarations USING btree (expected_statement_id);
CREATE INDEX ix_dfe_drift_application_id ON public.dfe_drift USING btree (application_id);
CREATE INDEX ix_dfe_drift_found_at_id ON public.dfe_drift USING btree (found_at, id);
CREATE INDEX ix_dfe_retired_participants_participant_id ON public.dfe_retired_participants USING btree (participant_id);
CREATE INDEX ix_dfe_writes_state_id ON public.dfe_writes USING btree (state, id);
CREATE INDEX ix_evidence_application_id ON public.evidence USING btree (application_id);
CREATE INDEX ix_fees_application_id ON public.fees USING btree (application_id);
CREATE INDEX ix_fees_created_at_id ON public.fees USING btree (created_at, id);
CREATE INDEX ix_idempotency_created_at ON public.idempotency USING btree (created_at);
CREATE INDEX ix_imported_rows_application_id ON public.imported_rows USING btree (application_id);
CREATE INDEX ix_imports_created_at_id ON public.imports USING btree (created_at, id);
CREATE INDEX ix_inbox_handled_at ON public.inbox USING btree (handled_at);
CREATE INDEX ix_ledger_entries_fee_id ON public.ledger_entries USING btree (fee_id);
CREATE INDEX ix_likely_duplicates_found_at_pair ON public.likely_duplicates USING btree (found_at, first_id, second_id);
CREATE INDEX ix_likely_duplicates_second_id ON public.likely_duplicates USING btree (second_id);
CREATE INDEX ix_offers_application_id ON public.offers USING btree (application_id);
CREATE INDEX ix_offers_made_at_id ON public.offers USING btree (made_at, id);
CREATE INDEX ix_offers_state_expires_at ON public.offers USING btree (state, expires_at);
CREATE INDEX ix_outbox_created_at ON public.outbox USING btree (created_at);
CREATE INDEX ix_outbox_waiting ON public.outbox USING btree (id) WHERE ((state)::text = 'waiting'::text);
CREATE INDEX ix_outcomes_application_id ON public.outcomes USING btree (application_id);
CREATE INDEX ix_participants_trn ON public.participants USING btree (trn);
CREATE INDEX ix_place_acts_application_id ON public.place_acts USING btree (application_id);
CREATE INDEX ix_place_acts_cohort_course_act ON public.place_acts USING btree (cohort, course, act);
CREATE INDEX ix_schools_trust_id ON public.schools USING btree (trust_id);
CREATE INDEX ix_schools_ukprn ON public.schools USING btree (ukprn);
CREATE INDEX ix_tasks_opened_at_id ON public.tasks USING btree (opened_at, id);
CREATE INDEX ix_training_history_application_id_id ON public.training_history USING btree (application_id, id);
CREATE INDEX ix_waitlist_entries_cohort_course_state ON public.waitlist_entries USING btree (cohort, course, state);
CREATE UNIQUE INDEX ux_applications_one_accepted ON public.applications USING btree (participant_id, course, cohort) WHERE ((status = 'accepted'::text) AND (training_status <> 'withdrawn'::text));
CREATE UNIQUE INDEX ux_declarations_one_live ON public.declarations USING btree (application_id, declaration_type) WHERE (state = ANY (ARRAY['ready'::text, 'refused'::text, 'submitted'::text, 'eligible'::text, 'payable'::text, 'paid'::text]));
CREATE UNIQUE INDEX ux_dfe_drift_open ON public.dfe_drift USING btree (record, dfe_id, field) WHERE (resolved_at IS NULL);
CREATE UNIQUE INDEX ux_dfe_writes_unfinished ON public.dfe_writes USING btree (application_id, kind, subject) WHERE (state = ANY (ARRAY['owed'::text, 'sending'::text, 'in_doubt'::text]));
CREATE UNIQUE INDEX ux_ledger_entries_payment_once ON public.ledger_entries USING btree (fee_id, kind, reference) WHERE (kind = ANY (ARRAY['fee'::text, 'payment'::text, 'refund'::text]));
CREATE UNIQUE INDEX ux_offers_one_open ON public.offers USING btree (application_id) WHERE (state = 'open'::text);
CREATE UNIQUE INDEX ux_staff_broker_user ON public.staff USING btree (broker_user);
CREATE UNIQUE INDEX ux_tasks_one_open ON public.tasks USING btree (application_id, kind) WHERE (state = 'open'::text);
ALTER TABLE ONLY public.adjustments
    ADD CONSTRAINT fk_adjustments_statement_id FOREIGN KEY (statement_id) REFERENCES public.statements(id);
ALTER TABLE ONLY public.admission_steps
    ADD CONSTRAINT fk_admission_steps_application_id FOREIGN KEY (application_id) REFERENCES public.applications(id);
ALTER TABLE ONLY public.applications
    ADD CONSTRAINT fk_applications_delivery_partner_id FOREIGN KEY (delivery_partner_id) REFERENCES public.delivery_partners(id);
ALTER TABLE ONLY public.applications
    ADD CONSTRAINT fk_applications_participant_id FOREIGN KEY (participant_id) REFERENCES public.participants(id);
ALTER TABLE ONLY public.deadline_warnings
    ADD CONSTRAINT fk_deadline_warnings_application_id FOREIGN KEY (application_id) REFERENCES public.applications(id);
ALTER TABLE ONLY public.declarations
    ADD CONSTRAINT fk_declarations_application_id FOREIGN KEY (application_id) REFERENCES public.applications(id);
ALTER TABLE ONLY public.dfe_retired_participants
    ADD CONSTRAINT fk_dfe_retired_participants_participant_id FOREIGN KEY (participant_id) REFERENCES public.participants(id);
ALTER TABLE ONLY public.dfe_writes
    ADD CONSTRAINT fk_dfe_writes_application_id FOREIGN KEY (application_id) REFERENCES public.applications(id);
ALTER TABLE ONLY public.fees
    ADD CONSTRAINT fk_fees_application_id FOREIGN KEY (application_id) REFERENCES public.applications(id);
ALTER TABLE ONLY public.import_bad_rows
    ADD CONSTRAINT fk_import_bad_rows_import_id FOREIGN KEY (import_id) REFERENCES public.imports(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.import_pieces
    ADD CONSTRAINT fk_import_pieces_import_id FOREIGN KEY (import_id) REFERENCES public.imports(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.imported_rows
    ADD CONSTRAINT fk_imported_rows_application_id FOREIGN KEY (application_id) REFERENCES public.applications(id);
ALTER TABLE ONLY public.instalments
    ADD CONSTRAINT fk_instalments_fee_id FOREIGN KEY (fee_id) REFERENCES public.fees(id);
ALTER TABLE ONLY public.ledger_entries
    ADD CONSTRAINT fk_ledger_entries_fee_id FOREIGN KEY (fee_id) REFERENCES public.fees(id);
ALTER TABLE ONLY public.ledger_lines
    ADD CONSTRAINT fk_ledger_lines_entry_id FOREIGN KEY (entry_id) REFERENCES public.ledger_entries(id);
ALTER TABLE ONLY public.likely_duplicates
    ADD CONSTRAINT fk_likely_duplicates_first_id FOREIGN KEY (first_id) REFERENCES public.participants(id);
ALTER TABLE ONLY public.likely_duplicates
    ADD CONSTRAINT fk_likely_duplicates_second_id FOREIGN KEY (second_id) REFERENCES public.participants(id);
ALTER TABLE ONLY public.moved_schools
    ADD CONSTRAINT fk_moved_schools_application_id FOREIGN KEY (application_id) REFERENCES public.applications(id);
ALTER TABLE ONLY public.offers
    ADD CONSTRAINT fk_offers_application_id FOREIGN KEY (application_id) REFERENCES public.applications(id);
ALTER TABLE ONLY public.outcomes
    ADD CONSTRAINT fk_outcomes_application_id FOREIGN KEY (application_id) REFERENCES public.applications(id);
ALTER TABLE ONLY public.place_acts
    ADD CONSTRAINT fk_place_acts_application_id FOREIGN KEY (application_id) REFERENCES public.applications(id);
ALTER TABLE ONLY public.staff
    ADD CONSTRAINT fk_staff_delivery_partner_id FOREIGN KEY (delivery_partner_id) REFERENCES public.delivery_partners(id);
ALTER TABLE ONLY public.tasks
    ADD CONSTRAINT fk_tasks_application_id FOREIGN KEY (application_id) REFERENCES public.applications(id);
ALTER TABLE ONLY public.training_history
    ADD CONSTRAINT fk_training_history_application_id FOREIGN KEY (application_id) REFERENCES public.applications(id);
ALTER TABLE ONLY public.training_history
    ADD CONSTRAINT fk_training_history_corrects FOREIGN KEY (corrects) REFERENCES public.training_history(id);
ALTER TABLE ONLY public.waitlist_entries
    ADD CONSTRAINT fk_waitlist_entries_application_id FOREIGN KEY (application_id) REFERENCES public.applications(id);
INSERT INTO public.cohorts (cohort, funding) VALUES ('2021a', 'full');
INSERT INTO public.cohorts (cohort, funding) VALUES ('2022a', 'full');
INSERT INTO public.cohorts (cohort, funding) VALUES ('2023a', 'full');
INSERT INTO public.cohorts (cohort, funding) VALUES ('2024a', 'capped');
INSERT INTO public.cohorts (cohort, funding) VALUES ('2025a', 'capped');
INSERT INTO public.cohorts (cohort, funding) VALUES ('2026a', 'zero');
INSERT INTO public.cohorts (cohort, funding) VALUES ('2026b', 'capped');
INSERT INTO public.dfe_budget (name, "left", filled_at) VALUES ('dfe', 0, NULL);
INSERT INTO public.dfe_streams (name, cursor_at, number, since, page, finished_at, problem) VALUES ('applications', NULL, 0, NULL, 1, NULL, NULL);
INSERT INTO public.dfe_streams (name, cursor_at, number, since, page, finished_at, problem) VALUES ('participants', NULL, 0, NULL, 1, NULL, NULL);
INSERT INTO public.dfe_streams (name, cursor_at, number, since, page, finished_at, problem) VALUES ('declarations', NULL, 0, NULL, 1, NULL, NULL);
INSERT INTO public.dfe_streams (name, cursor_at, number, since, page, finished_at, problem) VALUES ('outcomes', NULL, 0, NULL, 1, NULL, NULL);
INSERT INTO public.dfe_streams (name, cursor_at, number, since, page, finished_at, problem) VALUES ('statements', NULL, 0, NULL, 1, NULL, NULL);
INSERT INTO public.dfe_traffic (name, stopped_until, failures, problem, holder, held_until, number, everything, since, started_at, page, cursor_at, finished_at, due_at, stopped_by) VALUES ('push', NULL, 0, NULL, NULL, NULL, 0, false, NULL, NULL, 0, NULL, NULL, NULL, NULL);
INSERT INTO public.dfe_traffic (name, stopped_until, failures, problem, holder, held_until, number, everything, since, started_at, page, cursor_at, finished_at, due_at, stopped_by) VALUES ('sync', NULL, 0, NULL, NULL, NULL, 0, false, NULL, NULL, 0, NULL, NULL, NULL, NULL);
INSERT INTO public.schedules (cohort, schedule, starts_on, milestones, revision) VALUES ('2025a', 'npq-leadership-spring', '2025-02-01', '[{"declaration_type": "started", "opens_on": "2025-02-01", "deadline_on": "2025-05-30", "paid_on": "2025-06-25"}, {"declaration_type": "retained-1", "opens_on": "2025-05-31", "deadline_on": "2025-12-19", "paid_on": "2026-01-26"}, {"declaration_type": "retained-2", "opens_on": "2025-12-20", "deadline_on": "2026-07-24", "paid_on": "2026-08-25"}, {"declaration_type": "completed", "opens_on": "2026-07-25", "deadline_on": "2027-02-25", "paid_on": "2027-03-25"}]', 1);
INSERT INTO public.schedules (cohort, schedule, starts_on, milestones, revision) VALUES ('2024a', 'npq-leadership-autumn', '2024-10-01', '[{"declaration_type": "started", "opens_on": "2024-10-01", "deadline_on": "2024-11-25", "paid_on": "2024-12-15"}, {"declaration_type": "retained-1", "opens_on": "2024-11-26", "deadline_on": "2025-05-26", "paid_on": "2025-06-25"}, {"declaration_type": "retained-2", "opens_on": "2025-05-27", "deadline_on": "2026-01-24", "paid_on": "2026-02-25"}, {"declaration_type": "completed", "opens_on": "2026-01-25", "deadline_on": "2026-07-25", "paid_on": "2026-08-25"}]', 1);
INSERT INTO public.schedules (cohort, schedule, starts_on, milestones, revision) VALUES ('2023a', 'npq-leadership-spring', '2024-01-01', '[{"declaration_type": "started", "opens_on": "2024-01-01", "deadline_on": "2024-06-25", "paid_on": "2024-07-25"}, {"declaration_type": "retained-1", "opens_on": "2024-06-26", "deadline_on": "2024-10-25", "paid_on": "2024-11-25"}, {"declaration_type": "retained-2", "opens_on": "2024-10-26", "deadline_on": "2025-05-25", "paid_on": "2025-06-25"}, {"declaration_type": "completed", "opens_on": "2025-05-26", "deadline_on": "2025-12-19", "paid_on": "2026-01-26"}]', 1);
INSERT INTO public.schedules (cohort, schedule, starts_on, milestones, revision) VALUES ('2023a', 'npq-leadership-autumn', '2023-10-01', '[{"declaration_type": "started", "opens_on": "2023-10-01", "deadline_on": "2023-11-24", "paid_on": "2023-12-14"}, {"declaration_type": "retained-1", "opens_on": "2023-11-25", "deadline_on": "2024-03-11", "paid_on": "2024-03-18"}, {"declaration_type": "retained-2", "opens_on": "2024-03-12", "deadline_on": "2025-01-24", "paid_on": "2025-02-25"}, {"declaration_type": "completed", "opens_on": "2025-01-25", "deadline_on": "2025-08-25", "paid_on": "2025-09-25"}]', 1);
INSERT INTO public.schedules (cohort, schedule, starts_on, milestones, revision) VALUES ('2024a', 'npq-specialist-autumn', '2024-10-01', '[{"declaration_type": "started", "opens_on": "2024-10-01", "deadline_on": "2024-11-25", "paid_on": "2024-12-15"}, {"declaration_type": "retained-1", "opens_on": "2024-11-26", "deadline_on": "2025-05-26", "paid_on": "2025-06-25"}, {"declaration_type": "completed", "opens_on": "2025-05-27", "deadline_on": "2026-02-21", "paid_on": null}]', 1);
INSERT INTO public.schedules (cohort, schedule, starts_on, milestones, revision) VALUES ('2025a', 'npq-specialist-spring', '2025-02-01', '[{"declaration_type": "started", "opens_on": "2025-02-01", "deadline_on": "2025-05-30", "paid_on": "2025-06-25"}, {"declaration_type": "retained-1", "opens_on": "2025-05-31", "deadline_on": "2025-12-19", "paid_on": "2026-01-26"}, {"declaration_type": "completed", "opens_on": "2025-12-20", "deadline_on": "2026-08-21", "paid_on": null}]', 1);
INSERT INTO public.kit_version VALUES ('0001');
INSERT INTO public.service_version VALUES ('0007');
