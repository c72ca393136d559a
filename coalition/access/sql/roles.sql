-- Three roles. owner: migrations. app: web and workers, bound by row-level security. jobs: named system work,
-- entered from app by SET LOCAL ROLE inside as_system(reason). None is a superuser, none bypasses row-level security.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'coalition_owner') THEN
    CREATE ROLE coalition_owner LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'coalition_app') THEN
    CREATE ROLE coalition_app LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'coalition_jobs') THEN
    CREATE ROLE coalition_jobs NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB;
  END IF;
END $$;
GRANT coalition_jobs TO coalition_app WITH INHERIT FALSE, SET TRUE;
