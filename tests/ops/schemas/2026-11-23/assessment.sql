CREATE TABLE public.allocations (
    id uuid NOT NULL,
    script_id uuid NOT NULL,
    staff_id uuid NOT NULL,
    role text NOT NULL,
    state text NOT NULL,
    due_on date NOT NULL,
    allocated_at timestamp with time zone NOT NULL,
    revision bigint NOT NULL,
    CONSTRAINT ck_allocations_role CHECK ((role = ANY (ARRAY['first'::text, 'second'::text, 'adjudicator'::text]))),
    CONSTRAINT ck_allocations_state CHECK ((state = ANY (ARRAY['waiting'::text, 'marked'::text, 'withdrawn'::text])))
);
CREATE TABLE public.applications (
    application_id uuid NOT NULL,
    participant_id uuid,
    course text,
    cohort text,
    status text,
    training_status text,
    schedule text,
    delivery_partner_id uuid,
    school_urn text,
    trust_id text,
    revision bigint NOT NULL,
    coach_staff_id uuid,
    group_id uuid,
    group_revision bigint NOT NULL,
    ready boolean NOT NULL,
    gate_version text,
    ready_revision bigint NOT NULL
);
CREATE TABLE public.candidates (
    id uuid NOT NULL,
    application_id uuid NOT NULL,
    window_id uuid NOT NULL,
    attempt bigint NOT NULL,
    state text NOT NULL,
    reason text,
    opens_at timestamp with time zone NOT NULL,
    closes_at timestamp with time zone NOT NULL,
    revision bigint NOT NULL,
    CONSTRAINT ck_candidates_state CHECK ((state = ANY (ARRAY['entered'::text, 'removed'::text, 'submitted'::text, 'missed'::text, 'released'::text])))
);
CREATE TABLE public.decision_steps (
    id bigint NOT NULL,
    script_id uuid NOT NULL,
    "position" bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    kind text NOT NULL,
    rule text NOT NULL,
    by text NOT NULL,
    facts json NOT NULL
);
CREATE SEQUENCE public.decision_steps_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.decision_steps_id_seq OWNED BY public.decision_steps.id;
CREATE TABLE public.delivery_partners (
    delivery_partner_id uuid NOT NULL,
    status text NOT NULL,
    revision bigint NOT NULL
);
CREATE TABLE public.dfe_outcomes (
    application_id uuid NOT NULL,
    state text NOT NULL,
    completion_date date NOT NULL,
    revision bigint NOT NULL
);
CREATE TABLE public.file_pieces (
    sha256 text NOT NULL,
    "position" bigint NOT NULL,
    content bytea NOT NULL
);
CREATE TABLE public.files (
    sha256 text NOT NULL,
    size bigint NOT NULL,
    stored_at timestamp with time zone NOT NULL
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
CREATE TABLE public.marks (
    allocation_id uuid NOT NULL,
    marks json NOT NULL,
    score bigint NOT NULL,
    indicative text NOT NULL,
    holistic text NOT NULL,
    unmet json NOT NULL,
    reason text,
    marked_at timestamp with time zone NOT NULL
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
CREATE TABLE public.papers (
    id uuid NOT NULL,
    course text NOT NULL,
    code text NOT NULL,
    version bigint NOT NULL,
    title text NOT NULL,
    case_study text NOT NULL,
    question text NOT NULL,
    criteria json NOT NULL,
    pass_mark bigint NOT NULL,
    word_limit bigint NOT NULL,
    tolerance_percent bigint NOT NULL,
    borderline_percent bigint NOT NULL,
    agreement_percent bigint NOT NULL,
    sample_percent bigint NOT NULL,
    sample_minimum bigint NOT NULL,
    max_attempts bigint NOT NULL,
    marking_days bigint NOT NULL,
    published_at timestamp with time zone NOT NULL,
    published_by text NOT NULL
);
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
    last_unit_ends_on date NOT NULL,
    revision bigint NOT NULL
);
CREATE TABLE public.results (
    id uuid NOT NULL,
    application_id uuid NOT NULL,
    attempt bigint NOT NULL,
    script_id uuid NOT NULL,
    state text NOT NULL,
    failed_criteria json NOT NULL,
    may_resubmit boolean NOT NULL,
    completion_date date NOT NULL,
    released_at timestamp with time zone NOT NULL,
    revision bigint NOT NULL,
    CONSTRAINT ck_results_state CHECK ((state = ANY (ARRAY['passed'::text, 'failed'::text])))
);
CREATE TABLE public.schedules (
    cohort text NOT NULL,
    schedule text NOT NULL,
    completed_deadline_on date,
    revision bigint NOT NULL
);
CREATE TABLE public.scripts (
    id uuid NOT NULL,
    window_id uuid NOT NULL,
    number bigint NOT NULL,
    submission_id uuid NOT NULL,
    application_id uuid NOT NULL,
    attempt bigint NOT NULL,
    in_sample boolean NOT NULL,
    state text NOT NULL,
    second_marking_reasons json NOT NULL,
    decision text,
    score numeric(16,4),
    rule text,
    notes json NOT NULL,
    hold text,
    steps bigint NOT NULL,
    CONSTRAINT ck_scripts_state CHECK ((state = ANY (ARRAY['first_marking'::text, 'second_marking'::text, 'adjudication'::text, 'decided'::text, 'released'::text])))
);
CREATE TABLE public.service_version (
    version_num character varying(32) NOT NULL
);
CREATE TABLE public.staff (
    staff_id uuid NOT NULL,
    roles json NOT NULL,
    school_urn text,
    trust_id text,
    delivery_partner_id uuid,
    active boolean NOT NULL,
    revision bigint NOT NULL
);
CREATE TABLE public.submissions (
    id uuid NOT NULL,
    candidate_id uuid NOT NULL,
    state text NOT NULL,
    reason text,
    received_at timestamp with time zone NOT NULL,
    filename text NOT NULL,
    sha256 text NOT NULL,
    counts boolean NOT NULL,
    words bigint NOT NULL,
    excluded bigint NOT NULL,
    hidden bigint NOT NULL,
    method text,
    cut_off_word bigint,
    cut_off_at bigint,
    text_sha256 text,
    revision bigint NOT NULL,
    CONSTRAINT ck_submissions_state CHECK ((state = ANY (ARRAY['received'::text, 'refused'::text])))
);
CREATE TABLE public.timer (
    name character varying(128) NOT NULL,
    last_tick timestamp with time zone,
    ran_at timestamp with time zone
);
CREATE TABLE public.windows (
    id uuid NOT NULL,
    course text NOT NULL,
    cohort text NOT NULL,
    number bigint NOT NULL,
    paper_id uuid NOT NULL,
    opens_on date NOT NULL,
    opens_at timestamp with time zone NOT NULL,
    closes_at timestamp with time zone NOT NULL,
    state text NOT NULL,
    cancelled_because text,
    nonce text,
    nonce_sha256 text,
    sample json,
    scripts bigint,
    released_at timestamp with time zone,
    revision bigint NOT NULL,
    CONSTRAINT ck_windows_state CHECK ((state = ANY (ARRAY['scheduled'::text, 'open'::text, 'closed'::text, 'marking'::text, 'released'::text, 'cancelled'::text])))
);
ALTER TABLE ONLY public.decision_steps ALTER COLUMN id SET DEFAULT nextval('public.decision_steps_id_seq'::regclass);
ALTER TABLE ONLY public.outbox ALTER COLUMN id SET DEFAULT nextval('public.outbox_id_seq'::regclass);
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
ALTER TABLE ONLY public.allocations
    ADD CONSTRAINT pk_allocations PRIMARY KEY (id);
ALTER TABLE ONLY public.applications
    ADD CONSTRAINT pk_applications PRIMARY KEY (application_id);
ALTER TABLE ONLY public.candidates
    ADD CONSTRAINT pk_candidates PRIMARY KEY (id);
ALTER TABLE ONLY public.decision_steps
    ADD CONSTRAINT pk_decision_steps PRIMARY KEY (id);
ALTER TABLE ONLY public.delivery_partners
    ADD CONSTRAINT pk_delivery_partners PRIMARY KEY (delivery_partner_id);
ALTER TABLE ONLY public.dfe_outcomes
    ADD CONSTRAINT pk_dfe_outcomes PRIMARY KEY (application_id);
ALTER TABLE ONLY public.file_pieces
    ADD CONSTRAINT pk_file_pieces PRIMARY KEY (sha256, "position");
ALTER TABLE ONLY public.files
    ADD CONSTRAINT pk_files PRIMARY KEY (sha256);
ALTER TABLE ONLY public.marks
    ADD CONSTRAINT pk_marks PRIMARY KEY (allocation_id);
ALTER TABLE ONLY public.papers
    ADD CONSTRAINT pk_papers PRIMARY KEY (id);
ALTER TABLE ONLY public.plans
    ADD CONSTRAINT pk_plans PRIMARY KEY (course, cohort);
ALTER TABLE ONLY public.results
    ADD CONSTRAINT pk_results PRIMARY KEY (id);
ALTER TABLE ONLY public.schedules
    ADD CONSTRAINT pk_schedules PRIMARY KEY (cohort, schedule);
ALTER TABLE ONLY public.scripts
    ADD CONSTRAINT pk_scripts PRIMARY KEY (id);
ALTER TABLE ONLY public.staff
    ADD CONSTRAINT pk_staff PRIMARY KEY (staff_id);
ALTER TABLE ONLY public.submissions
    ADD CONSTRAINT pk_submissions PRIMARY KEY (id);
ALTER TABLE ONLY public.windows
    ADD CONSTRAINT pk_windows PRIMARY KEY (id);
ALTER TABLE ONLY public.service_version
    ADD CONSTRAINT service_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY public.timer
    ADD CONSTRAINT timer_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.candidates
    ADD CONSTRAINT uq_candidates_window_id_application_id UNIQUE (window_id, application_id);
ALTER TABLE ONLY public.decision_steps
    ADD CONSTRAINT uq_decision_steps_script_id_position UNIQUE (script_id, "position");
ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT uq_outbox_event_id UNIQUE (event_id);
ALTER TABLE ONLY public.papers
    ADD CONSTRAINT uq_papers_course_code_version UNIQUE (course, code, version);
ALTER TABLE ONLY public.results
    ADD CONSTRAINT uq_results_application_id_attempt UNIQUE (application_id, attempt);
ALTER TABLE ONLY public.results
    ADD CONSTRAINT uq_results_script_id UNIQUE (script_id);
ALTER TABLE ONLY public.scripts
    ADD CONSTRAINT uq_scripts_submission_id UNIQUE (submission_id);
ALTER TABLE ONLY public.scripts
    ADD CONSTRAINT uq_scripts_window_id_number UNIQUE (window_id, number);
ALTER TABLE ONLY public.windows
    ADD CONSTRAINT uq_windows_course_cohort_number UNIQUE (course, cohort, number);
CREATE INDEX ix_allocations_staff_id ON public.allocations USING btree (staff_id, state, due_on);
CREATE INDEX ix_applications_course_cohort ON public.applications USING btree (course, cohort);
CREATE INDEX ix_idempotency_created_at ON public.idempotency USING btree (created_at);
CREATE INDEX ix_inbox_handled_at ON public.inbox USING btree (handled_at);
CREATE INDEX ix_outbox_created_at ON public.outbox USING btree (created_at);
CREATE INDEX ix_outbox_waiting ON public.outbox USING btree (id) WHERE ((state)::text = 'waiting'::text);
CREATE INDEX ix_scripts_application_id ON public.scripts USING btree (application_id);
CREATE INDEX ix_submissions_candidate_id ON public.submissions USING btree (candidate_id, received_at);
CREATE INDEX ix_windows_state ON public.windows USING btree (state, opens_at);
CREATE UNIQUE INDEX uq_allocations_role ON public.allocations USING btree (script_id, role) WHERE (state <> 'withdrawn'::text);
CREATE UNIQUE INDEX uq_candidates_live ON public.candidates USING btree (application_id) WHERE (state = ANY (ARRAY['entered'::text, 'submitted'::text]));
CREATE UNIQUE INDEX uq_submissions_counting ON public.submissions USING btree (candidate_id) WHERE counts;
ALTER TABLE ONLY public.allocations
    ADD CONSTRAINT fk_allocations_script_id FOREIGN KEY (script_id) REFERENCES public.scripts(id);
ALTER TABLE ONLY public.allocations
    ADD CONSTRAINT fk_allocations_staff_id FOREIGN KEY (staff_id) REFERENCES public.staff(staff_id);
ALTER TABLE ONLY public.candidates
    ADD CONSTRAINT fk_candidates_application_id FOREIGN KEY (application_id) REFERENCES public.applications(application_id);
ALTER TABLE ONLY public.candidates
    ADD CONSTRAINT fk_candidates_window_id FOREIGN KEY (window_id) REFERENCES public.windows(id);
ALTER TABLE ONLY public.decision_steps
    ADD CONSTRAINT fk_decision_steps_script_id FOREIGN KEY (script_id) REFERENCES public.scripts(id);
ALTER TABLE ONLY public.file_pieces
    ADD CONSTRAINT fk_file_pieces_sha256 FOREIGN KEY (sha256) REFERENCES public.files(sha256);
ALTER TABLE ONLY public.marks
    ADD CONSTRAINT fk_marks_allocation_id FOREIGN KEY (allocation_id) REFERENCES public.allocations(id);
ALTER TABLE ONLY public.results
    ADD CONSTRAINT fk_results_application_id FOREIGN KEY (application_id) REFERENCES public.applications(application_id);
ALTER TABLE ONLY public.results
    ADD CONSTRAINT fk_results_script_id FOREIGN KEY (script_id) REFERENCES public.scripts(id);
ALTER TABLE ONLY public.scripts
    ADD CONSTRAINT fk_scripts_application_id FOREIGN KEY (application_id) REFERENCES public.applications(application_id);
ALTER TABLE ONLY public.scripts
    ADD CONSTRAINT fk_scripts_submission_id FOREIGN KEY (submission_id) REFERENCES public.submissions(id);
ALTER TABLE ONLY public.scripts
    ADD CONSTRAINT fk_scripts_window_id FOREIGN KEY (window_id) REFERENCES public.windows(id);
ALTER TABLE ONLY public.submissions
    ADD CONSTRAINT fk_submissions_candidate_id FOREIGN KEY (candidate_id) REFERENCES public.candidates(id);
ALTER TABLE ONLY public.windows
    ADD CONSTRAINT fk_windows_paper_id FOREIGN KEY (paper_id) REFERENCES public.papers(id);
INSERT INTO public.kit_version VALUES ('0001');
INSERT INTO public.service_version VALUES ('0002');
