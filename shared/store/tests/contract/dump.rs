//! A database seen without the store: its schema and its rows as text, in the same words for both.

use std::fmt::Write as _;

use sqlx::{AssertSqlSafe, Connection as _, postgres::PgConnection, sqlite::SqliteConnection};

/// A connection of the test's own.
pub(crate) enum Raw {
    Postgres(PgConnection),
    Sqlite(SqliteConnection),
}

/// A column, as both databases can describe it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Column {
    pub(crate) table: String,
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) required: bool,
    /// Its place in the primary key, from 1; 0 when it is not part of it.
    pub(crate) key: u32,
}

const SQLITE_COLUMNS: &str = r#"
    SELECT t.name || '|' || c.name || '|' || replace(lower(c.type), 'integer', 'bigint') || '|'
           || (c."notnull" OR c.pk > 0) || '|' || c.pk
    FROM sqlite_master AS t JOIN pragma_table_info(t.name) AS c
    WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name NOT LIKE '_sqlx_%'
    ORDER BY t.name, c.cid"#;

const POSTGRES_COLUMNS: &str = "
    SELECT c.table_name || '|' || c.column_name || '|' || c.data_type || '|'
           || CASE c.is_nullable WHEN 'NO' THEN 1 ELSE 0 END || '|' || COALESCE(k.ordinal_position, 0)
    FROM information_schema.columns AS c
    LEFT JOIN information_schema.table_constraints AS p
      ON p.table_schema = c.table_schema AND p.table_name = c.table_name AND p.constraint_type = 'PRIMARY KEY'
    LEFT JOIN information_schema.key_column_usage AS k
      ON k.constraint_name = p.constraint_name AND k.table_name = c.table_name AND k.column_name = c.column_name
    WHERE c.table_schema = 'public' AND c.table_name NOT LIKE '\\_sqlx\\_%'
    ORDER BY c.table_name COLLATE \"C\", c.ordinal_position";

const SQLITE_INDEXES: &str = r#"
    SELECT t.name || '|' || i.name || '|' || i."unique" || '|' || i.partial || '|'
           || (SELECT group_concat(c.name, ',') FROM pragma_index_info(i.name) AS c)
    FROM sqlite_master AS t JOIN pragma_index_list(t.name) AS i
    WHERE t.type = 'table' AND i.origin = 'c'
    ORDER BY t.name, i.name"#;

const POSTGRES_INDEXES: &str = "
    SELECT t.relname || '|' || i.relname || '|' || x.indisunique::int || '|' || (x.indpred IS NOT NULL)::int || '|'
           || (SELECT string_agg(a.attname, ',' ORDER BY k.place)
               FROM unnest(x.indkey) WITH ORDINALITY AS k (number, place)
               JOIN pg_attribute AS a ON a.attrelid = t.oid AND a.attnum = k.number)
    FROM pg_index AS x
    JOIN pg_class AS i ON i.oid = x.indexrelid
    JOIN pg_class AS t ON t.oid = x.indrelid
    JOIN pg_namespace AS n ON n.oid = t.relnamespace
    WHERE n.nspname = 'public' AND NOT x.indisprimary AND t.relname NOT LIKE '\\_sqlx\\_%'
    ORDER BY t.relname COLLATE \"C\", i.relname COLLATE \"C\"";

impl Raw {
    pub(crate) async fn connect(url: &str) -> Self {
        if url.starts_with("postgres:") {
            return Self::Postgres(PgConnection::connect(url).await.unwrap());
        }
        Self::Sqlite(SqliteConnection::connect(url).await.unwrap())
    }

    /// Runs a query whose rows are single texts.
    pub(crate) async fn texts(&mut self, sql: impl Into<String>) -> Vec<String> {
        let sql = AssertSqlSafe(sql.into());
        match self {
            Self::Postgres(connection) => sqlx::query_scalar(sql).fetch_all(connection).await.unwrap(),
            Self::Sqlite(connection) => sqlx::query_scalar(sql).fetch_all(connection).await.unwrap(),
        }
    }

    /// How SQLite would run a statement, a step a line.
    pub(crate) async fn plan(&mut self, sql: String) -> Vec<String> {
        let Self::Sqlite(connection) = self else { panic!("only SQLite explains itself in rows") };
        let steps: Vec<(i64, i64, i64, String)> =
            sqlx::query_as(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}")))
                .fetch_all(connection)
                .await
                .unwrap();
        steps.into_iter().map(|(_, _, _, step)| step).collect()
    }

    pub(crate) async fn execute(&mut self, sql: impl Into<String>) {
        let sql = AssertSqlSafe(sql.into());
        match self {
            Self::Postgres(connection) => drop(sqlx::query(sql).execute(connection).await.unwrap()),
            Self::Sqlite(connection) => drop(sqlx::query(sql).execute(connection).await.unwrap()),
        }
    }

    pub(crate) async fn columns(&mut self) -> Vec<Column> {
        let described = match self {
            Self::Postgres(_) => self.texts(POSTGRES_COLUMNS).await,
            Self::Sqlite(_) => self.texts(SQLITE_COLUMNS).await,
        };
        described.iter().map(|line| column(line)).collect()
    }

    /// Indexes that were asked for by name: `table|index|unique|partial|columns`.
    pub(crate) async fn indexes(&mut self) -> Vec<String> {
        match self {
            Self::Postgres(_) => self.texts(POSTGRES_INDEXES).await,
            Self::Sqlite(_) => self.texts(SQLITE_INDEXES).await,
        }
    }

    /// Every row of every table, a line each. Numbers that the database gives out itself order the rows, but are not
    /// part of them: the two may leave different gaps.
    pub(crate) async fn dump(&mut self) -> String {
        let columns = self.columns().await;
        let mut dump = String::new();
        for table in columns.chunk_by(|a, b| a.table == b.table) {
            let name = &table[0].table;
            let values: Vec<String> =
                table.iter().filter(|column| column.name != "seq").map(value_of).collect();
            let mut key: Vec<&Column> = table.iter().filter(|column| column.key > 0).collect();
            key.sort_by_key(|column| column.key);
            let order: Vec<&str> = key.iter().map(|column| column.name.as_str()).collect();
            let (values, order) = (values.join(" || '|' || "), order.join(", "));
            let _ = writeln!(dump, "{name}:");
            for row in self.texts(format!("SELECT {values} FROM {name} ORDER BY {order}")).await {
                let _ = writeln!(dump, "  {row}");
            }
        }
        dump
    }
}

fn column(line: &str) -> Column {
    let parts: Vec<&str> = line.split('|').collect();
    let [table, name, kind, required, key] = parts[..] else { panic!("odd description {line:?}") };
    Column {
        table: table.to_owned(),
        name: name.to_owned(),
        kind: kind.to_owned(),
        required: required == "1",
        key: key.parse().unwrap(),
    }
}

fn value_of(column: &Column) -> String {
    let name = &column.name;
    let text = match column.kind.as_str() {
        "boolean" => format!("CAST(CASE WHEN {name} THEN 1 WHEN NOT {name} THEN 0 END AS TEXT)"),
        _ => format!("CAST({name} AS TEXT)"),
    };
    format!("'{name}=' || COALESCE({text}, '-')")
}
