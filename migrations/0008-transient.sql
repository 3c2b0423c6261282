-- What is good for a moment only stays out of backups: a restored session would let in whoever held it then.
comment on table server.sign_in_link is 'transient: neither backed up nor restored';
comment on table server.session is 'transient: neither backed up nor restored';
