-- A Windows was called by what its files say of it besides (its role, its settings), so that a fix changed its name with a
-- setting. What is asked of such systems is read anew: under the product's own name.
update patching.need set digest = ''
where component_id in (select component_id from estate.component where type = 'windows');
