-- Users who sign in with HelseID: the number that HelseID vouches for, sealed, and which session there each of ours began with.
create table tilgang.helseid (bruker_id varchar primary key, pid_forseglet varchar not null, koblet timestamptz not null);
create table tilgang.helseid_okt (nokkel varchar primary key, sid varchar not null, begynt timestamptz not null);
