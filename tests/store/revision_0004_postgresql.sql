-- The schema as its fourth revision made it, on PostgreSQL.
CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num));
INSERT INTO alembic_version VALUES ('0004');
CREATE TABLE approvals (
	id VARCHAR(26) NOT NULL, 
	imp_uid VARCHAR(40) NOT NULL, 
	amount BIGINT NOT NULL, 
	balance BIGINT NOT NULL, 
	ask TEXT NOT NULL, 
	content VARCHAR(64) NOT NULL, 
	requested_by VARCHAR(40) NOT NULL, 
	created_at BIGINT NOT NULL, 
	expires_at BIGINT NOT NULL, 
	state VARCHAR(10) NOT NULL, 
	decided_by VARCHAR(40) DEFAULT '' NOT NULL, 
	decided_at BIGINT DEFAULT '0' NOT NULL, 
	operation_id VARCHAR(26) DEFAULT '' NOT NULL, 
	CONSTRAINT pk_approvals PRIMARY KEY (id)
);

CREATE INDEX ix_approvals_waiting ON approvals (imp_uid) WHERE state = 'WAITING';

CREATE TABLE audit (
	seq BIGINT NOT NULL, 
	at BIGINT NOT NULL, 
	actor VARCHAR(40) NOT NULL, 
	session VARCHAR(64) NOT NULL, 
	action VARCHAR(40) NOT NULL, 
	object VARCHAR(80) NOT NULL, 
	before TEXT NOT NULL, 
	after TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	mac VARCHAR(64) NOT NULL, 
	key VARCHAR(8) DEFAULT '' NOT NULL, 
	CONSTRAINT pk_audit PRIMARY KEY (seq)
);

CREATE INDEX ix_audit_object ON audit (object, seq);

CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN RAISE EXCEPTION 'audit is append-only'; END $body$;

CREATE TRIGGER audit_no_update BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_append_only();

CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();

CREATE TABLE audit_head (
	id INTEGER NOT NULL, 
	seq BIGINT NOT NULL, 
	mac VARCHAR(64) NOT NULL, 
	CONSTRAINT pk_audit_head PRIMARY KEY (id)
);

INSERT INTO audit_head (id, seq, mac) VALUES (1, 0, '');

CREATE TABLE batches (
	id VARCHAR(26) NOT NULL, 
	file_name VARCHAR(200) NOT NULL, 
	file_sha256 VARCHAR(64) NOT NULL, 
	content VARCHAR(64) NOT NULL, 
	rows INTEGER NOT NULL, 
	total BIGINT NOT NULL, 
	requested_by VARCHAR(40) NOT NULL, 
	created_at BIGINT NOT NULL, 
	expires_at BIGINT NOT NULL, 
	state VARCHAR(10) NOT NULL, 
	approved_by VARCHAR(40) DEFAULT '' NOT NULL, 
	decided_at BIGINT DEFAULT '0' NOT NULL, 
	owner VARCHAR(120) DEFAULT '' NOT NULL, 
	pause_code VARCHAR(40) DEFAULT '' NOT NULL, 
	CONSTRAINT pk_batches PRIMARY KEY (id)
);

CREATE UNIQUE INDEX one_batch_per_file ON batches (file_sha256) WHERE state NOT IN ('DENIED', 'WITHDRAWN', 'EXPIRED');

CREATE TABLE operations (
	id VARCHAR(26) NOT NULL, 
	kind VARCHAR(20) NOT NULL, 
	imp_uid VARCHAR(40) NOT NULL, 
	intent_key VARCHAR(64) NOT NULL, 
	request_hash VARCHAR(64) NOT NULL, 
	amount BIGINT NOT NULL, 
	balance BIGINT NOT NULL, 
	currency VARCHAR(3) NOT NULL, 
	pg_provider VARCHAR(40) NOT NULL, 
	body BYTEA NOT NULL, 
	body_sha256 VARCHAR(64) NOT NULL, 
	known_ids TEXT NOT NULL, 
	marker VARCHAR(12) NOT NULL, 
	reason TEXT NOT NULL, 
	requested_by VARCHAR(40) NOT NULL, 
	session VARCHAR(64) NOT NULL, 
	approved_by VARCHAR(40) DEFAULT '' NOT NULL, 
	created_at BIGINT NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	version INTEGER NOT NULL, 
	attempts INTEGER DEFAULT '0' NOT NULL, 
	owner VARCHAR(120) DEFAULT '' NOT NULL, 
	lease_until BIGINT DEFAULT '0' NOT NULL, 
	first_sent_at BIGINT, 
	last_sent_at BIGINT, 
	answered BOOLEAN DEFAULT '0' NOT NULL, 
	next_check_at BIGINT DEFAULT '0' NOT NULL, 
	code VARCHAR(40) DEFAULT '' NOT NULL, 
	message TEXT DEFAULT '' NOT NULL, 
	cancellation_id VARCHAR(120) DEFAULT '' NOT NULL, 
	attribution VARCHAR(12) DEFAULT '' NOT NULL, 
	CONSTRAINT pk_operations PRIMARY KEY (id), 
	CONSTRAINT ck_operations_amount_positive CHECK (amount > 0), 
	CONSTRAINT ck_operations_within_balance CHECK (balance >= amount), 
	CONSTRAINT ck_operations_state CHECK (state IN ('PREPARED', 'SENDING', 'CONFIRMED', 'NOT_EXECUTED', 'ABORTED', 'UNKNOWN', 'NEEDS_HUMAN', 'LATE_REVIEW')), 
	CONSTRAINT ck_operations_sent_is_counted CHECK (state <> 'SENDING' OR (attempts > 0 AND first_sent_at IS NOT NULL)), 
	CONSTRAINT uq_operations_intent_key UNIQUE (intent_key)
);

CREATE UNIQUE INDEX one_open_operation ON operations (imp_uid) WHERE state IN ('PREPARED', 'SENDING', 'UNKNOWN', 'NEEDS_HUMAN');

CREATE UNIQUE INDEX one_operation_per_fence ON operations (imp_uid, balance, amount) WHERE first_sent_at IS NOT NULL AND state NOT IN ('NOT_EXECUTED', 'ABORTED', 'LATE_REVIEW');

CREATE INDEX ix_operations_state ON operations (state, next_check_at);

CREATE INDEX ix_operations_imp_uid ON operations (imp_uid);

CREATE INDEX ix_operations_created ON operations (created_at);

CREATE FUNCTION operations_born() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN IF NEW.state <> 'PREPARED' OR NEW.version <> 1 OR NEW.attempts <> 0 OR NEW.first_sent_at IS NOT NULL THEN RAISE EXCEPTION 'an operation begins PREPARED'; END IF; RETURN NEW; END $body$;

CREATE FUNCTION operations_guard() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN IF OLD.state || '>' || NEW.state NOT IN ('ABORTED>CONFIRMED', 'CONFIRMED>CONFIRMED', 'LATE_REVIEW>CONFIRMED', 'LATE_REVIEW>NOT_EXECUTED', 'NEEDS_HUMAN>CONFIRMED', 'NEEDS_HUMAN>NOT_EXECUTED', 'NOT_EXECUTED>CONFIRMED', 'NOT_EXECUTED>LATE_REVIEW', 'NOT_EXECUTED>SENDING', 'PREPARED>ABORTED', 'PREPARED>SENDING', 'SENDING>CONFIRMED', 'SENDING>NOT_EXECUTED', 'SENDING>SENDING', 'SENDING>UNKNOWN', 'UNKNOWN>CONFIRMED', 'UNKNOWN>NEEDS_HUMAN', 'UNKNOWN>NOT_EXECUTED', 'UNKNOWN>UNKNOWN') THEN RAISE EXCEPTION 'an operation is no listed move'; END IF; IF NEW.version <> OLD.version + 1 THEN RAISE EXCEPTION 'an operation must take the next version'; END IF; IF NEW.id IS DISTINCT FROM OLD.id OR NEW.kind IS DISTINCT FROM OLD.kind OR NEW.imp_uid IS DISTINCT FROM OLD.imp_uid OR NEW.intent_key IS DISTINCT FROM OLD.intent_key OR NEW.request_hash IS DISTINCT FROM OLD.request_hash OR NEW.amount IS DISTINCT FROM OLD.amount OR NEW.balance IS DISTINCT FROM OLD.balance OR NEW.currency IS DISTINCT FROM OLD.currency OR NEW.pg_provider IS DISTINCT FROM OLD.pg_provider OR NEW.body IS DISTINCT FROM OLD.body OR NEW.body_sha256 IS DISTINCT FROM OLD.body_sha256 OR NEW.known_ids IS DISTINCT FROM OLD.known_ids OR NEW.marker IS DISTINCT FROM OLD.marker OR NEW.reason IS DISTINCT FROM OLD.reason OR NEW.requested_by IS DISTINCT FROM OLD.requested_by OR NEW.session IS DISTINCT FROM OLD.session OR NEW.approved_by IS DISTINCT FROM OLD.approved_by OR NEW.created_at IS DISTINCT FROM OLD.created_at THEN RAISE EXCEPTION 'an operation is frozen'; END IF; IF OLD.first_sent_at IS NOT NULL AND NEW.first_sent_at IS DISTINCT FROM OLD.first_sent_at THEN RAISE EXCEPTION 'an operation was sent first at another time'; END IF; IF NEW.attempts <> OLD.attempts + (CASE WHEN NEW.state = 'SENDING' THEN 1 ELSE 0 END) OR (NEW.state = 'SENDING' AND NEW.first_sent_at IS NULL) THEN RAISE EXCEPTION 'an operation must count its attempts'; END IF; RETURN NEW; END $body$;

CREATE FUNCTION operations_kept() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN RAISE EXCEPTION 'an operation is never deleted'; END $body$;

CREATE TRIGGER operations_born BEFORE INSERT ON operations FOR EACH ROW EXECUTE FUNCTION operations_born();

CREATE TRIGGER operations_guard BEFORE UPDATE ON operations FOR EACH ROW EXECUTE FUNCTION operations_guard();

CREATE TRIGGER operations_no_delete BEFORE DELETE ON operations FOR EACH ROW EXECUTE FUNCTION operations_kept();

CREATE TRIGGER operations_no_truncate BEFORE TRUNCATE ON operations FOR EACH STATEMENT EXECUTE FUNCTION operations_kept();

CREATE TABLE payments (
	id BIGINT NOT NULL, 
	imp_uid TEXT NOT NULL, 
	merchant_uid TEXT DEFAULT '' NOT NULL, 
	status TEXT DEFAULT '' NOT NULL, 
	state VARCHAR(12) NOT NULL, 
	pay_method TEXT DEFAULT '' NOT NULL, 
	channel TEXT DEFAULT '' NOT NULL, 
	pg_provider TEXT DEFAULT '' NOT NULL, 
	emb_pg_provider TEXT DEFAULT '' NOT NULL, 
	pg_tid TEXT DEFAULT '' NOT NULL, 
	pg_id TEXT DEFAULT '' NOT NULL, 
	escrow BOOLEAN NOT NULL, 
	apply_num TEXT DEFAULT '' NOT NULL, 
	bank_code TEXT DEFAULT '' NOT NULL, 
	bank_name TEXT DEFAULT '' NOT NULL, 
	card_code TEXT DEFAULT '' NOT NULL, 
	card_name TEXT DEFAULT '' NOT NULL, 
	card_number TEXT DEFAULT '' NOT NULL, 
	card_quota INTEGER DEFAULT '0' NOT NULL, 
	card_type INTEGER DEFAULT '-1' NOT NULL, 
	vbank_code TEXT DEFAULT '' NOT NULL, 
	vbank_name TEXT DEFAULT '' NOT NULL, 
	vbank_num TEXT DEFAULT '' NOT NULL, 
	vbank_holder TEXT DEFAULT '' NOT NULL, 
	vbank_date BIGINT DEFAULT '0' NOT NULL, 
	vbank_issued_at BIGINT DEFAULT '0' NOT NULL, 
	name TEXT DEFAULT '' NOT NULL, 
	amount BIGINT NOT NULL, 
	cancel_amount BIGINT NOT NULL, 
	currency TEXT NOT NULL, 
	buyer_name TEXT DEFAULT '' NOT NULL, 
	buyer_email TEXT DEFAULT '' NOT NULL, 
	buyer_tel TEXT DEFAULT '' NOT NULL, 
	buyer_addr TEXT DEFAULT '' NOT NULL, 
	buyer_postcode TEXT DEFAULT '' NOT NULL, 
	custom_data TEXT DEFAULT '' NOT NULL, 
	started_at BIGINT DEFAULT '0' NOT NULL, 
	paid_at BIGINT DEFAULT '0' NOT NULL, 
	failed_at BIGINT DEFAULT '0' NOT NULL, 
	cancelled_at BIGINT DEFAULT '0' NOT NULL, 
	sale_at BIGINT DEFAULT '0' NOT NULL, 
	status_at BIGINT DEFAULT '0' NOT NULL, 
	fail_reason TEXT DEFAULT '' NOT NULL, 
	cancel_reason TEXT DEFAULT '' NOT NULL, 
	receipt_url TEXT DEFAULT '' NOT NULL, 
	cash_receipt_issued BOOLEAN NOT NULL, 
	customer_uid TEXT DEFAULT '' NOT NULL, 
	customer_uid_usage TEXT DEFAULT '' NOT NULL, 
	sandbox BOOLEAN NOT NULL, 
	extra TEXT DEFAULT '' NOT NULL, 
	read_at BIGINT NOT NULL, 
	search_text TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT pk_payments PRIMARY KEY (id), 
	CONSTRAINT uq_payments_imp_uid UNIQUE (imp_uid)
);

CREATE INDEX ix_payments_due ON payments (vbank_date, id, amount) WHERE state = 'waiting';

CREATE INDEX ix_payments_state ON payments (state, status_at, id, pay_method, pg_provider, pg_id, amount, cancel_amount, currency);

CREATE INDEX ix_payments_merchant_uid ON payments (merchant_uid);

CREATE INDEX ix_payments_sale ON payments (sale_at, id, state, pay_method, pg_provider, pg_id, amount, cancel_amount, currency);

CREATE TABLE people (
	id VARCHAR(26) NOT NULL, 
	name VARCHAR(40) NOT NULL, 
	name_key VARCHAR(80) NOT NULL, 
	role VARCHAR(12) NOT NULL, 
	password_hash TEXT NOT NULL, 
	disabled BOOLEAN DEFAULT '0' NOT NULL, 
	demo BOOLEAN DEFAULT '0' NOT NULL, 
	created_at BIGINT NOT NULL, 
	CONSTRAINT pk_people PRIMARY KEY (id), 
	CONSTRAINT ck_people_role CHECK (role IN ('viewer', 'cs', 'finance', 'admin')), 
	CONSTRAINT uq_people_name_key UNIQUE (name_key)
);

CREATE TABLE sign_in_failures (
	name_hash VARCHAR(64) NOT NULL, 
	failures INTEGER NOT NULL, 
	blocked_until BIGINT NOT NULL, 
	at BIGINT NOT NULL, 
	CONSTRAINT pk_sign_in_failures PRIMARY KEY (name_hash)
);

CREATE TABLE sync_windows (
	first BIGINT NOT NULL, 
	last BIGINT NOT NULL, 
	read_at BIGINT NOT NULL, 
	rows BIGINT NOT NULL, 
	CONSTRAINT pk_sync_windows PRIMARY KEY (first, last)
);

CREATE TABLE sync_state (
	name VARCHAR(40) NOT NULL, 
	value TEXT NOT NULL, 
	CONSTRAINT pk_sync_state PRIMARY KEY (name)
);

CREATE TABLE sync_lease (
	name VARCHAR(40) NOT NULL, 
	owner VARCHAR(40) NOT NULL, 
	until_ms BIGINT NOT NULL, 
	CONSTRAINT pk_sync_lease PRIMARY KEY (name)
);

CREATE TABLE sync_findings (
	imp_uid TEXT NOT NULL, 
	kind VARCHAR(40) NOT NULL, 
	stored BIGINT NOT NULL, 
	answered BIGINT NOT NULL, 
	first_at BIGINT NOT NULL, 
	last_at BIGINT NOT NULL, 
	CONSTRAINT pk_sync_findings PRIMARY KEY (imp_uid, kind)
);

CREATE TABLE daily_totals (
	day VARCHAR(10) NOT NULL, 
	pg_provider TEXT NOT NULL, 
	pg_id TEXT NOT NULL, 
	pay_method TEXT NOT NULL, 
	currency TEXT NOT NULL, 
	paid_count BIGINT DEFAULT '0' NOT NULL, 
	paid_amount BIGINT DEFAULT '0' NOT NULL, 
	cancelled_count BIGINT DEFAULT '0' NOT NULL, 
	cancelled_amount BIGINT DEFAULT '0' NOT NULL, 
	failed_count BIGINT DEFAULT '0' NOT NULL, 
	failed_amount BIGINT DEFAULT '0' NOT NULL, 
	waiting_count BIGINT DEFAULT '0' NOT NULL, 
	waiting_amount BIGINT DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_daily_totals PRIMARY KEY (day, pg_provider, pg_id, pay_method, currency)
);

CREATE TABLE hourly_totals (
	hour BIGINT NOT NULL, 
	currency TEXT NOT NULL, 
	paid_count BIGINT DEFAULT '0' NOT NULL, 
	paid_amount BIGINT DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_hourly_totals PRIMARY KEY (hour, currency)
);

CREATE TABLE issuer_totals (
	day VARCHAR(10) NOT NULL, 
	card_code TEXT NOT NULL, 
	card_name TEXT NOT NULL, 
	currency TEXT NOT NULL, 
	paid_count BIGINT DEFAULT '0' NOT NULL, 
	paid_amount BIGINT DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_issuer_totals PRIMARY KEY (day, card_code, card_name, currency)
);

CREATE TABLE state_totals (
	day VARCHAR(10) NOT NULL, 
	state VARCHAR(20) NOT NULL, 
	pg_provider TEXT NOT NULL, 
	pg_id TEXT NOT NULL, 
	pay_method TEXT NOT NULL, 
	currency TEXT NOT NULL, 
	count BIGINT DEFAULT '0' NOT NULL, 
	amount BIGINT DEFAULT '0' NOT NULL, 
	cancel_amount BIGINT DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_state_totals PRIMARY KEY (day, state, pg_provider, pg_id, pay_method, currency)
);

CREATE TABLE batch_rows (
	batch_id VARCHAR(26) NOT NULL, 
	n INTEGER NOT NULL, 
	imp_uid VARCHAR(40) NOT NULL, 
	amount BIGINT NOT NULL, 
	ask TEXT NOT NULL, 
	content VARCHAR(64) NOT NULL, 
	state VARCHAR(10) NOT NULL, 
	operation_id VARCHAR(26) DEFAULT '' NOT NULL, 
	code VARCHAR(40) DEFAULT '' NOT NULL, 
	CONSTRAINT pk_batch_rows PRIMARY KEY (batch_id, n), 
	CONSTRAINT fk_batch_rows_batch_id_batches FOREIGN KEY(batch_id) REFERENCES batches (id)
);

CREATE UNIQUE INDEX one_row_per_payment ON batch_rows (batch_id, imp_uid);

CREATE TABLE operation_attempts (
	operation_id VARCHAR(26) NOT NULL, 
	n INTEGER NOT NULL, 
	step VARCHAR(8) NOT NULL, 
	at BIGINT NOT NULL, 
	reached VARCHAR(12) DEFAULT '' NOT NULL, 
	http_status INTEGER DEFAULT '0' NOT NULL, 
	answer TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT pk_operation_attempts PRIMARY KEY (operation_id, n, step), 
	CONSTRAINT fk_operation_attempts_operation_id_operations FOREIGN KEY(operation_id) REFERENCES operations (id)
);

CREATE FUNCTION operation_attempts_append_only() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN RAISE EXCEPTION 'operation_attempts is append-only'; END $body$;

CREATE TRIGGER operation_attempts_no_update BEFORE UPDATE OR DELETE ON operation_attempts FOR EACH ROW EXECUTE FUNCTION operation_attempts_append_only();

CREATE TRIGGER operation_attempts_no_truncate BEFORE TRUNCATE ON operation_attempts FOR EACH STATEMENT EXECUTE FUNCTION operation_attempts_append_only();

CREATE TABLE operation_evidence (
	operation_id VARCHAR(26) NOT NULL, 
	version INTEGER NOT NULL, 
	at BIGINT NOT NULL, 
	because VARCHAR(60) NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	detail TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT pk_operation_evidence PRIMARY KEY (operation_id, version), 
	CONSTRAINT fk_operation_evidence_operation_id_operations FOREIGN KEY(operation_id) REFERENCES operations (id)
);

CREATE FUNCTION operation_evidence_append_only() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN RAISE EXCEPTION 'operation_evidence is append-only'; END $body$;

CREATE TRIGGER operation_evidence_no_update BEFORE UPDATE OR DELETE ON operation_evidence FOR EACH ROW EXECUTE FUNCTION operation_evidence_append_only();

CREATE TRIGGER operation_evidence_no_truncate BEFORE TRUNCATE ON operation_evidence FOR EACH STATEMENT EXECUTE FUNCTION operation_evidence_append_only();

CREATE TABLE operation_decisions (
	operation_id VARCHAR(26) NOT NULL, 
	version INTEGER NOT NULL, 
	by VARCHAR(40) NOT NULL, 
	at BIGINT NOT NULL, 
	ran BOOLEAN NOT NULL, 
	proof TEXT NOT NULL, 
	CONSTRAINT pk_operation_decisions PRIMARY KEY (operation_id, version, by, at), 
	CONSTRAINT fk_operation_decisions_operation_id_operations FOREIGN KEY(operation_id) REFERENCES operations (id)
);

CREATE FUNCTION operation_decisions_append_only() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN RAISE EXCEPTION 'operation_decisions is append-only'; END $body$;

CREATE TRIGGER operation_decisions_no_update BEFORE UPDATE OR DELETE ON operation_decisions FOR EACH ROW EXECUTE FUNCTION operation_decisions_append_only();

CREATE TRIGGER operation_decisions_no_truncate BEFORE TRUNCATE ON operation_decisions FOR EACH STATEMENT EXECUTE FUNCTION operation_decisions_append_only();

CREATE TABLE cancellations (
	payment_id BIGINT NOT NULL, 
	cancellation_id TEXT NOT NULL, 
	amount BIGINT NOT NULL, 
	cancelled_at BIGINT NOT NULL, 
	reason TEXT DEFAULT '' NOT NULL, 
	pg_tid TEXT DEFAULT '' NOT NULL, 
	receipt_url TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT pk_cancellations PRIMARY KEY (payment_id, cancellation_id), 
	CONSTRAINT fk_cancellations_payment_id_payments FOREIGN KEY(payment_id) REFERENCES payments (id)
);

CREATE INDEX ix_cancellations_at ON cancellations (cancelled_at, payment_id, amount);

CREATE TABLE sessions (
	id VARCHAR(64) NOT NULL, 
	person_id VARCHAR(26) NOT NULL, 
	started_at BIGINT NOT NULL, 
	seen_at BIGINT NOT NULL, 
	CONSTRAINT pk_sessions PRIMARY KEY (id), 
	CONSTRAINT fk_sessions_person_id_people FOREIGN KEY(person_id) REFERENCES people (id)
);

CREATE INDEX ix_sessions_person ON sessions (person_id);

CREATE TABLE search_pending (
	payment_id BIGINT NOT NULL, 
	CONSTRAINT pk_search_pending PRIMARY KEY (payment_id), 
	CONSTRAINT fk_search_pending_payment_id_payments FOREIGN KEY(payment_id) REFERENCES payments (id)
);
