-- Wrong passwords in a row, however long ago: at a ceiling the password works no more until it is reset.
alter table users add column failed_logins bigint not null default 0;
