// The bank itself, and the states that a version goes through.
MERGE (bank:Bank {id: 'bank'})
ON CREATE SET bank.name = 'pattern bank', bank.revision = '0000000000000000000000000000000000000000000000000000000000000000', bank.size = 0, bank.sequence = 0, bank.changes = 0;
UNWIND ['draft', 'candidate', 'golden', 'deprecated', 'retired'] AS name
MERGE (:Status {name: name});
