-- All uses, all redemptions, and the codes whose counter is not the number of their redemptions.
select sum(current_uses), sum(redemptions), count(*) filter (where current_uses <> redemptions)
from (
    select current_uses, coalesce(redemptions, 0) as redemptions
    from codes
    left join (select code_id, count(*) as redemptions from redemptions group by code_id) counted on code_id = id
) claims;
