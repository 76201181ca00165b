\set code random(:first_code, :last_code)
\set redeemer random(1, 9000000000000000000)
select claim(lpad(:code::text, 8, '0'), :redeemer);
