//! The database of a shop, as a test looks at it.

use crate::shop::Shop;

impl Shop {
    pub fn run_sql(&self, sql: &str) {
        self.db.connection.borrow().execute_batch(sql).unwrap();
    }

    pub fn count(&self, sql: &str) -> i64 {
        self.db.connection.borrow().query_row(sql, [], |row| row.get(0)).unwrap()
    }

    pub fn text(&self, sql: &str, value: &str) -> String {
        self.db.connection.borrow().query_row(sql, [value], |row| row.get(0)).unwrap()
    }

    pub fn intent_status(&self, intent: &str) -> String {
        self.text("SELECT status FROM checkout_intents WHERE id = ?1", intent)
    }

    /// Every row of every table, for "nothing was written".
    pub fn dump(&self) -> String {
        let connection = self.db.connection.borrow();
        let mut names =
            connection.prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").unwrap();
        let names: Vec<String> = names.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        let mut text = String::new();
        for name in names {
            let mut rows = connection.prepare(&format!("SELECT * FROM \"{name}\"")).unwrap();
            let columns = rows.column_count();
            let mut rows = rows.query([]).unwrap();
            while let Some(row) = rows.next().unwrap() {
                let values: Vec<rusqlite::types::Value> = (0..columns).map(|at| row.get(at).unwrap()).collect();
                text.push_str(&format!("{name} {values:?}\n"));
            }
        }
        text
    }

    /// How many rows were ever changed: a read leaves it as it was.
    pub fn changes(&self) -> i64 {
        self.count("SELECT total_changes()")
    }
}
