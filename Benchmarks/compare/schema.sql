-- The tables that a claim needs in PostgreSQL, as an application that keeps invitations there has them: a code with its counter,
-- a redemption once per code and redeemer. 00000000 is the hot code, the others follow it.
-- The variable codes: how many besides the hot one.
create table codes (
    id bigint primary key,
    tenant_id text not null default 'default',
    code text not null,
    state text not null default 'active',
    max_uses bigint not null,
    current_uses bigint not null default 0 check (current_uses <= max_uses),
    expires_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    unique (tenant_id, code)
) with (fillfactor = 50); -- Room for the next version of a row on its page: updates touch no index then.

create table redemptions (
    id bigint generated always as identity primary key,
    tenant_id text not null default 'default',
    code_id bigint not null references codes,
    redeemer_id bigint not null,
    redeemed_at timestamptz not null default now(),
    unique (code_id, redeemer_id)
);

insert into codes (id, code, max_uses)
    select number + 1, lpad(number::text, 8, '0'), 1000000000 from generate_series(0, :codes) number;

-- The whole claim in one call: one round trip.
create function claim(wanted text, redeemer bigint) returns text language plpgsql as $$
declare
    found_code bigint;
begin
    select id into found_code from codes where tenant_id = 'default' and code = wanted;
    if not found then
        return 'invalid';
    end if;
    perform from redemptions where code_id = found_code and redeemer_id = redeemer;
    if found then
        return 'already';
    end if;
    update codes
        set current_uses = current_uses + 1, updated_at = now(),
            state = case when current_uses + 1 = max_uses then 'exhausted' else state end
        where id = found_code and state = 'active' and current_uses < max_uses
            and (expires_at is null or expires_at > now());
    if not found then
        return 'exhausted';
    end if;
    insert into redemptions (code_id, redeemer_id) values (found_code, redeemer) on conflict do nothing;
    if not found then -- Somebody claimed for the same redeemer meanwhile: the place goes back.
        update codes set current_uses = current_uses - 1, state = 'active' where id = found_code;
        return 'already';
    end if;
    return 'ok';
end $$;
