CREATE TABLE public.applications (
    application_id uuid NOT NULL,
    participant_id uuid NOT NULL,
    course text NOT NULL,
    cohort text NOT NULL,
    status text NOT NULL,
    training_status text,
    delivery_partner_id uuid,
    revision bigint NOT NULL,
    place text
);
CREATE TABLE public.attendance (
    attendance_id uuid NOT NULL,
    application_id uuid NOT NULL,
    session_id uuid NOT NULL,
    status text NOT NULL,
    revision bigint NOT NULL
);
CREATE TABLE public.candidates (
    candidate_id uuid NOT NULL,
    application_id uuid NOT NULL,
    participant_id uuid NOT NULL,
    window_id uuid NOT NULL,
    attempt bigint,
    opens_at timestamp with time zone,
    closes_at timestamp with time zone,
    word_limit bigint,
    entered boolean NOT NULL,
    revision bigint NOT NULL
);
CREATE TABLE public.declarations (
    application_id uuid NOT NULL,
    declaration_type text NOT NULL,
    declared boolean NOT NULL,
    revision bigint NOT NULL
);
CREATE TABLE public.delivery_partners (
    delivery_partner_id uuid NOT NULL,
    name text NOT NULL,
    revision bigint NOT NULL
);
CREATE TABLE public.groups (
    application_id uuid NOT NULL,
    group_id uuid,
    slot text,
    revision bigint NOT NULL
);
CREATE TABLE public.idempotency (
    method character varying(128) NOT NULL,
    key character varying(200) NOT NULL,
    body_sha256 bytea NOT NULL,
    answer json,
    created_at timestamp with time zone NOT NULL
);
CREATE TABLE public.inbox (
    queue character varying(128) NOT NULL,
    event_id uuid NOT NULL,
    handled_at timestamp with time zone NOT NULL
);
CREATE TABLE public.kit_version (
    version_num character varying(32) NOT NULL
);
CREATE TABLE public.messages (
    message_id uuid NOT NULL,
    business_key text NOT NULL,
    template text NOT NULL,
    template_version bigint NOT NULL,
    message_class text NOT NULL,
    person_id uuid,
    application_id uuid,
    session_id uuid,
    window_id uuid,
    declaration_type text,
    personalisation json NOT NULL,
    status text NOT NULL,
    reason text,
    attempts bigint NOT NULL,
    due_at timestamp with time zone NOT NULL,
    next_attempt_at timestamp with time zone,
    handed_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    sent_at timestamp with time zone,
    mail_id text,
    recipient text,
    subject text,
    body text,
    resend_of uuid,
    revision bigint NOT NULL,
    CONSTRAINT ck_messages_status CHECK ((status = ANY (ARRAY['created'::text, 'sending'::text, 'unknown'::text, 'sent'::text, 'delivered'::text, 'temporary-failure'::text, 'permanent-failure'::text, 'technical-failure'::text, 'cancelled'::text])))
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
CREATE TABLE public.parked (
    queue character varying(128) NOT NULL,
    event_id character varying(64) NOT NULL,
    reason text NOT NULL,
    parked_at timestamp with time zone NOT NULL,
    state character varying(16) DEFAULT 'parked'::character varying NOT NULL,
    CONSTRAINT ck_parked_state CHECK (((state)::text = ANY ((ARRAY['parked'::character varying, 'replayed'::character varying, 'discarded'::character varying])::text[])))
);
CREATE TABLE public.plans (
    course text NOT NULL,
    cohort text NOT NULL,
    plan_id uuid NOT NULL,
    starts_on date NOT NULL,
    last_unit_ends_on date NOT NULL,
    revision bigint NOT NULL
);
CREATE TABLE public.results (
    result_id uuid NOT NULL,
    application_id uuid NOT NULL,
    revision bigint NOT NULL
);
CREATE TABLE public.seats (
    seat_id uuid NOT NULL,
    application_id uuid NOT NULL,
    participant_id uuid NOT NULL,
    session_id uuid NOT NULL,
    taken boolean NOT NULL,
    revision bigint NOT NULL
);
CREATE TABLE public.service_version (
    version_num character varying(32) NOT NULL
);
CREATE TABLE public.sessions (
    session_id uuid NOT NULL,
    kind text NOT NULL,
    title text NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    local_start text NOT NULL,
    venue text,
    cancelled boolean NOT NULL,
    revision bigint NOT NULL
);
CREATE TABLE public.staff (
    staff_id uuid NOT NULL,
    active boolean NOT NULL,
    revision bigint NOT NULL
);
CREATE TABLE public.submissions (
    application_id uuid NOT NULL,
    window_id uuid NOT NULL,
    received_at timestamp with time zone NOT NULL,
    revision bigint NOT NULL
);
CREATE TABLE public.timer (
    name character varying(128) NOT NULL,
    last_tick timestamp with time zone,
    ran_at timestamp with time zone
);
ALTER TABLE ONLY public.outbox ALTER COLUMN id SET DEFAULT nextval('public.outbox_id_seq'::regclass);
ALTER TABLE ONLY public.applications
    ADD CONSTRAINT applications_pkey PRIMARY KEY (application_id);
ALTER TABLE ONLY public.attendance
    ADD CONSTRAINT attendance_pkey PRIMARY KEY (attendance_id);
ALTER TABLE ONLY public.candidates
    ADD CONSTRAINT candidates_pkey PRIMARY KEY (candidate_id);
ALTER TABLE ONLY public.declarations
    ADD CONSTRAINT declarations_pkey PRIMARY KEY (application_id, declaration_type);
ALTER TABLE ONLY public.delivery_partners
    ADD CONSTRAINT delivery_partners_pkey PRIMARY KEY (delivery_partner_id);
ALTER TABLE ONLY public.groups
    ADD CONSTRAINT groups_pkey PRIMARY KEY (application_id);
ALTER TABLE ONLY public.idempotency
    ADD CONSTRAINT idempotency_pkey PRIMARY KEY (method, key);
ALTER TABLE ONLY public.inbox
    ADD CONSTRAINT inbox_pkey PRIMARY KEY (queue, event_id);
ALTER TABLE ONLY public.kit_version
    ADD CONSTRAINT kit_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY public.messages
    ADD CONSTRAINT messages_pkey PRIMARY KEY (message_id);
ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT outbox_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.parked
    ADD CONSTRAINT parked_pkey PRIMARY KEY (queue, event_id);
ALTER TABLE ONLY public.plans
    ADD CONSTRAINT plans_pkey PRIMARY KEY (course, cohort);
ALTER TABLE ONLY public.results
    ADD CONSTRAINT results_pkey PRIMARY KEY (result_id);
ALTER TABLE ONLY public.seats
    ADD CONSTRAINT seats_pkey PRIMARY KEY (seat_id);
ALTER TABLE ONLY public.service_version
    ADD CONSTRAINT service_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (session_id);
ALTER TABLE ONLY public.staff
    ADD CONSTRAINT staff_pkey PRIMARY KEY (staff_id);
ALTER TABLE ONLY public.submissions
    ADD CONSTRAINT submissions_pkey PRIMARY KEY (application_id, window_id);
ALTER TABLE ONLY public.timer
    ADD CONSTRAINT timer_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.messages
    ADD CONSTRAINT uq_messages_business_key UNIQUE (business_key);
ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT uq_outbox_event_id UNIQUE (event_id);
CREATE INDEX ix_applications_course_cohort ON public.applications USING btree (course, cohort);
CREATE INDEX ix_attendance_application_id ON public.attendance USING btree (application_id);
CREATE INDEX ix_candidates_application_id_window_id ON public.candidates USING btree (application_id, window_id);
CREATE INDEX ix_candidates_opens_at ON public.candidates USING btree (opens_at);
CREATE INDEX ix_idempotency_created_at ON public.idempotency USING btree (created_at);
CREATE INDEX ix_inbox_handled_at ON public.inbox USING btree (handled_at);
CREATE INDEX ix_messages_application_id ON public.messages USING btree (application_id);
CREATE INDEX ix_messages_created_at_message_id ON public.messages USING btree (created_at, message_id);
CREATE INDEX ix_messages_person_id ON public.messages USING btree (person_id);
CREATE INDEX ix_messages_template_status ON public.messages USING btree (template, status);
CREATE INDEX ix_messages_waiting ON public.messages USING btree (due_at, message_id) WHERE (status = ANY (ARRAY['created'::text, 'sending'::text]));
CREATE INDEX ix_outbox_created_at ON public.outbox USING btree (created_at);
CREATE INDEX ix_outbox_waiting ON public.outbox USING btree (id) WHERE ((state)::text = 'waiting'::text);
CREATE INDEX ix_results_application_id ON public.results USING btree (application_id);
CREATE INDEX ix_seats_application_id ON public.seats USING btree (application_id);
CREATE INDEX ix_seats_session_id ON public.seats USING btree (session_id);
CREATE INDEX ix_sessions_starts_at ON public.sessions USING btree (starts_at);
INSERT INTO public.kit_version VALUES ('0001');
INSERT INTO public.service_version VALUES ('0002');
