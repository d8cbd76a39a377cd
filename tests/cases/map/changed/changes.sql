-- expect plain
-- error 22023
-- upgrade
SELECT tandem.map(':link', jsonb_set(tandem.mapping(':link'), '{tables,0,columns,1,source}', '"labl"'));
-- upgrade
SELECT tandem.map(':link', jsonb '{ "format": 1, "tables": [
    { "source": { "table": "item", "key": ["id"], "filter": "label <> ''saw''",
                  "joins": [ { "as": "k", "table": "kind", "on": { "code": "kind" } } ] },
      "target": { "schema": "app", "table": "item" },
      "columns": [
        { "kind": "copy", "source": "id", "target": "id" },
        { "kind": "sql", "target": "label", "up": "upper(label)" },
        { "kind": "copy", "source": "k.name", "target": "kind" } ] },
    { "source": { "table": "kind", "key": ["code"] },
      "target": { "schema": "app", "table": "kind" },
      "columns": [
        { "kind": "copy", "source": "code", "target": "code" },
        { "kind": "copy", "source": "name", "target": "name" } ] } ] }');
-- legacy
UPDATE item SET label = 'pear' WHERE id = 2;
-- wait
-- verify
-- expect joined
UPDATE kind SET name = 'instrument' WHERE code = 't';
INSERT INTO item VALUES (4, 'lemon', 'f');
-- wait
-- verify
-- upgrade
SELECT tandem.map(':link', jsonb '{ "format": 1, "unmapped": ["item"], "tables": [
    { "source": { "table": "kind", "key": ["code"] },
      "target": { "schema": "app", "table": "kind" },
      "columns": [
        { "kind": "copy", "source": "code", "target": "code" },
        { "kind": "copy", "source": "name", "target": "name" } ] } ] }');
-- legacy
DELETE FROM item WHERE id = 1;
UPDATE kind SET name = 'meal' WHERE code = 'f';
