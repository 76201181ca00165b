-- The same claim by separate statements, as an application sends them: a conditional update and a unique insert.
\set code random(:first_code, :last_code)
\set redeemer random(1, 9000000000000000000)
begin;
select id as code_id from codes where tenant_id = 'default' and code = lpad(:code::text, 8, '0')
\gset
select count(*) as existing from redemptions where code_id = :code_id and redeemer_id = :redeemer
\gset
update codes
    set current_uses = current_uses + 1, updated_at = now(),
        state = case when current_uses + 1 = max_uses then 'exhausted' else state end
    where id = :code_id and state = 'active' and current_uses < max_uses and (expires_at is null or expires_at > now());
insert into redemptions (code_id, redeemer_id) values (:code_id, :redeemer);
commit;
