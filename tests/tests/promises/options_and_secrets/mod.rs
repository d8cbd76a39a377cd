//! Options are checked when they are given, TLS is verified, and no secret is ever shown.

mod certificates;
mod options;
mod passwords;
mod secrets;

use certificates::certificates_are_verified;
use options::wrong_options_are_refused;
use passwords::passwords_of_mysql;
use secrets::secrets_are_never_shown;
use tandem_tests::promises;

promises![
    wrong_options_are_refused,
    certificates_are_verified,
    passwords_of_mysql,
    secrets_are_never_shown
];

/// What the links of these tests copy.
const TABLE: &str = "CREATE TABLE t (id INT NOT NULL PRIMARY KEY); INSERT INTO t VALUES (1), (2);";
