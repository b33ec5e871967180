CREATE TABLE public.attendance_changes (
    change_id bigint NOT NULL,
    attendance_id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    by text NOT NULL,
    why text NOT NULL,
    status text NOT NULL,
    minutes bigint NOT NULL,
    comment text
);
CREATE SEQUENCE public.attendance_changes_change_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.attendance_changes_change_id_seq OWNED BY public.attendance_changes.change_id;
CREATE TABLE public.attendances (
    attendance_id uuid NOT NULL,
    revision bigint NOT NULL,
    session_id uuid NOT NULL,
    application_id uuid NOT NULL,
    register_status text NOT NULL,
    status text NOT NULL,
    minutes bigint NOT NULL,
    counts boolean NOT NULL,
    enough_percent bigint NOT NULL,
    comment text
);
CREATE TABLE public.availabilities (
    application_id uuid NOT NULL,
    slots json NOT NULL,
    told_at timestamp with time zone NOT NULL
);
CREATE TABLE public.calendar_tokens (
    token text NOT NULL,
    application_id uuid NOT NULL,
    made_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone
);
CREATE TABLE public.catch_ups (
    catch_up_id uuid NOT NULL,
    attendance_id uuid NOT NULL,
    reflection text NOT NULL,
    citation text NOT NULL,
    submitted_at timestamp with time zone NOT NULL,
    decided_at timestamp with time zone,
    decided_by text,
    approved boolean,
    note text
);
CREATE TABLE public.delivery_partners (
    delivery_partner_id uuid NOT NULL,
    revision bigint NOT NULL,
    status text NOT NULL,
    name text NOT NULL,
    place text
);
CREATE TABLE public.engagements (
    application_id uuid NOT NULL,
    revision bigint NOT NULL,
    first_on date,
    last_on date,
    live_attended bigint NOT NULL,
    live_planned bigint NOT NULL,
    study_attended bigint NOT NULL,
    study_planned bigint NOT NULL,
    missable bigint NOT NULL,
    gate text NOT NULL,
    gate_met boolean NOT NULL,
    ready boolean NOT NULL,
    risk text,
    told_risk text,
    told_missable bigint
);
CREATE TABLE public.enrolments (
    application_id uuid NOT NULL,
    revision bigint NOT NULL,
    participant_id uuid NOT NULL,
    status text NOT NULL,
    training_status text,
    course text NOT NULL,
    cohort text NOT NULL,
    schedule text,
    starts_on date,
    delivery_partner_id uuid,
    school_urn text,
    trust_id text,
    local_authority text,
    phase text,
    place_revision bigint NOT NULL
);
CREATE TABLE public.groups (
    group_id uuid NOT NULL,
    course text NOT NULL,
    cohort text NOT NULL,
    delivery_partner_id uuid NOT NULL,
    number bigint NOT NULL,
    slot text NOT NULL,
    coach_staff_id uuid,
    formed_at timestamp with time zone NOT NULL
);
CREATE TABLE public.hub_offers (
    offer_id uuid NOT NULL,
    delivery_partner_id uuid NOT NULL,
    course text NOT NULL,
    cohort text NOT NULL,
    venue text NOT NULL,
    venue_capacity bigint NOT NULL,
    meeting_link text,
    face_to_face_slot text NOT NULL
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
CREATE TABLE public.memberships (
    membership_id uuid NOT NULL,
    application_id uuid NOT NULL,
    group_id uuid NOT NULL,
    joined_at timestamp with time zone NOT NULL,
    left_at timestamp with time zone,
    left_because text
);
CREATE TABLE public.offered_coaches (
    offer_id uuid NOT NULL,
    slot text NOT NULL,
    staff_id uuid NOT NULL
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
CREATE TABLE public.plan_units (
    plan_id uuid NOT NULL,
    version bigint NOT NULL,
    "position" bigint NOT NULL,
    code text NOT NULL,
    kind text NOT NULL,
    title text NOT NULL,
    cycle bigint NOT NULL,
    section text NOT NULL,
    minutes bigint NOT NULL,
    monday date NOT NULL,
    starts_on date NOT NULL,
    ends_on date NOT NULL,
    local_start text
);
CREATE TABLE public.plan_versions (
    plan_id uuid NOT NULL,
    version bigint NOT NULL,
    template text NOT NULL,
    school_holidays text NOT NULL,
    assessed boolean NOT NULL,
    starts_on date NOT NULL,
    ends_on date NOT NULL,
    last_unit_ends_on date NOT NULL,
    minutes bigint NOT NULL,
    weeks bigint NOT NULL,
    shortfalls json NOT NULL,
    published_at timestamp with time zone NOT NULL
);
CREATE TABLE public.plans (
    plan_id uuid NOT NULL,
    revision bigint NOT NULL,
    course text NOT NULL,
    cohort text NOT NULL,
    version bigint NOT NULL,
    assessed boolean NOT NULL,
    last_unit_ends_on date NOT NULL
);
CREATE TABLE public.programme_ends (
    application_id uuid NOT NULL,
    revision bigint NOT NULL,
    state text NOT NULL,
    completion_date date NOT NULL
);
CREATE TABLE public.schedules (
    cohort text NOT NULL,
    schedule text NOT NULL,
    revision bigint NOT NULL,
    starts_on date NOT NULL,
    milestones json NOT NULL
);
CREATE TABLE public.seats (
    seat_id uuid NOT NULL,
    revision bigint NOT NULL,
    session_id uuid NOT NULL,
    application_id uuid NOT NULL,
    held boolean NOT NULL,
    changes bigint NOT NULL,
    changed_at timestamp with time zone NOT NULL
);
CREATE TABLE public.service_version (
    version_num character varying(32) NOT NULL
);
CREATE TABLE public.sessions (
    session_id uuid NOT NULL,
    revision bigint NOT NULL,
    course text NOT NULL,
    cohort text NOT NULL,
    unit_code text NOT NULL,
    audience text NOT NULL,
    kind text NOT NULL,
    title text NOT NULL,
    minutes bigint NOT NULL,
    group_id uuid,
    delivery_partner_id uuid,
    local_start text NOT NULL,
    fold bigint NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    venue text,
    meeting_link text,
    status text NOT NULL,
    sequence bigint NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    by_hand boolean NOT NULL,
    CONSTRAINT ck_sessions_status CHECK ((status = ANY (ARRAY['scheduled'::text, 'cancelled'::text])))
);
CREATE TABLE public.staff (
    staff_id uuid NOT NULL,
    revision bigint NOT NULL,
    roles json NOT NULL,
    school_urn text,
    trust_id text,
    delivery_partner_id uuid,
    active boolean NOT NULL
);
CREATE TABLE public.study_progress (
    application_id uuid NOT NULL,
    unit_code text NOT NULL,
    minutes bigint NOT NULL,
    finished boolean NOT NULL,
    worked_on date NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    recorded_by text NOT NULL
);
CREATE TABLE public.timer (
    name character varying(128) NOT NULL,
    last_tick timestamp with time zone,
    ran_at timestamp with time zone
);
ALTER TABLE ONLY public.attendance_changes ALTER COLUMN change_id SET DEFAULT nextval('public.attendance_changes_change_id_seq'::regclass);
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
ALTER TABLE ONLY public.attendance_changes
    ADD CONSTRAINT pk_attendance_changes PRIMARY KEY (change_id);
ALTER TABLE ONLY public.attendances
    ADD CONSTRAINT pk_attendances PRIMARY KEY (attendance_id);
ALTER TABLE ONLY public.availabilities
    ADD CONSTRAINT pk_availabilities PRIMARY KEY (application_id);
ALTER TABLE ONLY public.calendar_tokens
    ADD CONSTRAINT pk_calendar_tokens PRIMARY KEY (token);
ALTER TABLE ONLY public.catch_ups
    ADD CONSTRAINT pk_catch_ups PRIMARY KEY (catch_up_id);
ALTER TABLE ONLY public.delivery_partners
    ADD CONSTRAINT pk_delivery_partners PRIMARY KEY (delivery_partner_id);
ALTER TABLE ONLY public.engagements
    ADD CONSTRAINT pk_engagements PRIMARY KEY (application_id);
ALTER TABLE ONLY public.enrolments
    ADD CONSTRAINT pk_enrolments PRIMARY KEY (application_id);
ALTER TABLE ONLY public.groups
    ADD CONSTRAINT pk_groups PRIMARY KEY (group_id);
ALTER TABLE ONLY public.hub_offers
    ADD CONSTRAINT pk_hub_offers PRIMARY KEY (offer_id);
ALTER TABLE ONLY public.memberships
    ADD CONSTRAINT pk_memberships PRIMARY KEY (membership_id);
ALTER TABLE ONLY public.offered_coaches
    ADD CONSTRAINT pk_offered_coaches PRIMARY KEY (offer_id, slot, staff_id);
ALTER TABLE ONLY public.plan_units
    ADD CONSTRAINT pk_plan_units PRIMARY KEY (plan_id, version, "position");
ALTER TABLE ONLY public.plan_versions
    ADD CONSTRAINT pk_plan_versions PRIMARY KEY (plan_id, version);
ALTER TABLE ONLY public.plans
    ADD CONSTRAINT pk_plans PRIMARY KEY (plan_id);
ALTER TABLE ONLY public.programme_ends
    ADD CONSTRAINT pk_programme_ends PRIMARY KEY (application_id);
ALTER TABLE ONLY public.schedules
    ADD CONSTRAINT pk_schedules PRIMARY KEY (cohort, schedule);
ALTER TABLE ONLY public.seats
    ADD CONSTRAINT pk_seats PRIMARY KEY (seat_id);
ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT pk_sessions PRIMARY KEY (session_id);
ALTER TABLE ONLY public.staff
    ADD CONSTRAINT pk_staff PRIMARY KEY (staff_id);
ALTER TABLE ONLY public.study_progress
    ADD CONSTRAINT pk_study_progress PRIMARY KEY (application_id, unit_code);
ALTER TABLE ONLY public.service_version
    ADD CONSTRAINT service_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY public.timer
    ADD CONSTRAINT timer_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.attendances
    ADD CONSTRAINT uq_attendances_session_id_application_id UNIQUE (session_id, application_id);
ALTER TABLE ONLY public.groups
    ADD CONSTRAINT uq_groups_delivery_partner_id_course_cohort_number UNIQUE (delivery_partner_id, course, cohort, number);
ALTER TABLE ONLY public.groups
    ADD CONSTRAINT uq_groups_slot_coach_staff_id_course_cohort UNIQUE (slot, coach_staff_id, course, cohort);
ALTER TABLE ONLY public.hub_offers
    ADD CONSTRAINT uq_hub_offers_delivery_partner_id_course_cohort UNIQUE (delivery_partner_id, course, cohort);
ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT uq_outbox_event_id UNIQUE (event_id);
ALTER TABLE ONLY public.plans
    ADD CONSTRAINT uq_plans_course_cohort UNIQUE (course, cohort);
ALTER TABLE ONLY public.seats
    ADD CONSTRAINT uq_seats_session_id_application_id UNIQUE (session_id, application_id);
ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT uq_sessions_course_cohort_unit_code_audience UNIQUE (course, cohort, unit_code, audience);
CREATE INDEX ix_attendance_changes_attendance_id ON public.attendance_changes USING btree (attendance_id);
CREATE INDEX ix_attendances_application_id ON public.attendances USING btree (application_id);
CREATE INDEX ix_catch_ups_attendance_id ON public.catch_ups USING btree (attendance_id);
CREATE INDEX ix_enrolments_cohort ON public.enrolments USING btree (cohort, course);
CREATE INDEX ix_enrolments_delivery_partner_id ON public.enrolments USING btree (delivery_partner_id);
CREATE INDEX ix_groups_cohort ON public.groups USING btree (cohort, course);
CREATE INDEX ix_idempotency_created_at ON public.idempotency USING btree (created_at);
CREATE INDEX ix_inbox_handled_at ON public.inbox USING btree (handled_at);
CREATE INDEX ix_memberships_group_id ON public.memberships USING btree (group_id);
CREATE INDEX ix_outbox_created_at ON public.outbox USING btree (created_at);
CREATE INDEX ix_outbox_waiting ON public.outbox USING btree (id) WHERE ((state)::text = 'waiting'::text);
CREATE INDEX ix_seats_application_id ON public.seats USING btree (application_id);
CREATE INDEX ix_sessions_delivery_partner_id ON public.sessions USING btree (delivery_partner_id);
CREATE INDEX ix_sessions_group_id ON public.sessions USING btree (group_id);
CREATE INDEX ix_sessions_starts_at ON public.sessions USING btree (starts_at, session_id);
CREATE UNIQUE INDEX uq_calendar_tokens_current ON public.calendar_tokens USING btree (application_id) WHERE (ended_at IS NULL);
CREATE UNIQUE INDEX uq_memberships_current ON public.memberships USING btree (application_id) WHERE (left_at IS NULL);
ALTER TABLE ONLY public.attendance_changes
    ADD CONSTRAINT fk_attendance_changes_attendance_id FOREIGN KEY (attendance_id) REFERENCES public.attendances(attendance_id);
ALTER TABLE ONLY public.attendances
    ADD CONSTRAINT fk_attendances_application_id FOREIGN KEY (application_id) REFERENCES public.enrolments(application_id);
ALTER TABLE ONLY public.attendances
    ADD CONSTRAINT fk_attendances_session_id FOREIGN KEY (session_id) REFERENCES public.sessions(session_id);
ALTER TABLE ONLY public.availabilities
    ADD CONSTRAINT fk_availabilities_application_id FOREIGN KEY (application_id) REFERENCES public.enrolments(application_id);
ALTER TABLE ONLY public.calendar_tokens
    ADD CONSTRAINT fk_calendar_tokens_application_id FOREIGN KEY (application_id) REFERENCES public.enrolments(application_id);
ALTER TABLE ONLY public.catch_ups
    ADD CONSTRAINT fk_catch_ups_attendance_id FOREIGN KEY (attendance_id) REFERENCES public.attendances(attendance_id);
ALTER TABLE ONLY public.engagements
    ADD CONSTRAINT fk_engagements_application_id FOREIGN KEY (application_id) REFERENCES public.enrolments(application_id);
ALTER TABLE ONLY public.memberships
    ADD CONSTRAINT fk_memberships_application_id FOREIGN KEY (application_id) REFERENCES public.enrolments(application_id);
ALTER TABLE ONLY public.memberships
    ADD CONSTRAINT fk_memberships_group_id FOREIGN KEY (group_id) REFERENCES public.groups(group_id);
ALTER TABLE ONLY public.offered_coaches
    ADD CONSTRAINT fk_offered_coaches_offer_id FOREIGN KEY (offer_id) REFERENCES public.hub_offers(offer_id);
ALTER TABLE ONLY public.plan_units
    ADD CONSTRAINT fk_plan_units_plan_id_version FOREIGN KEY (plan_id, version) REFERENCES public.plan_versions(plan_id, version);
ALTER TABLE ONLY public.plan_versions
    ADD CONSTRAINT fk_plan_versions_plan_id FOREIGN KEY (plan_id) REFERENCES public.plans(plan_id);
ALTER TABLE ONLY public.seats
    ADD CONSTRAINT fk_seats_application_id FOREIGN KEY (application_id) REFERENCES public.enrolments(application_id);
ALTER TABLE ONLY public.seats
    ADD CONSTRAINT fk_seats_session_id FOREIGN KEY (session_id) REFERENCES public.sessions(session_id);
ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT fk_sessions_group_id FOREIGN KEY (group_id) REFERENCES public.groups(group_id);
ALTER TABLE ONLY public.study_progress
    ADD CONSTRAINT fk_study_progress_application_id FOREIGN KEY (application_id) REFERENCES public.enrolments(application_id);
INSERT INTO public.kit_version VALUES ('0001');
INSERT INTO public.service_version VALUES ('0002');
