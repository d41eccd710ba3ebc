"""What the database and the service ask of rows: columns, rules, and rules that read other rows."""
