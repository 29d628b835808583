-- From which day the register uses a named edition of the codebook that the manual does not (checks/codebook/utgaver.yml).
create table register.utgave (
    navn varchar primary key,
    fra date not null,
    tid timestamptz not null,
    bruker varchar not null
);
-- When TO was saved with the inclusion criteria met, of a forløp under the edition with reservation: what its patient forms go
-- out after. Empty as long as they are not met, and in the edition with consent.
alter table register.forlop add column inkludert timestamptz;
