//! Names of people, towns, streets and departments.
//!
//! Called by the generator and by the traffic, which hires people.

use super::dice::Dice;

/// A town: name, area code without its zero, post code, latitude, longitude, short code.
pub struct Town {
    /// Its name.
    pub name: &'static str,
    /// Area code, without the leading zero. No area code begins with another.
    pub area: &'static str,
    /// Post code of its centre.
    pub postcode: &'static str,
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
    /// Two letters for codes of sites.
    pub letters: &'static str,
}

const fn town(
    name: &'static str,
    area: &'static str,
    postcode: &'static str,
    (latitude, longitude): (f64, f64),
    letters: &'static str,
) -> Town {
    Town {
        name,
        area,
        postcode,
        latitude,
        longitude,
        letters,
    }
}

/// Where sites are.
pub const TOWNS: [Town; 20] = [
    town("Ulm", "731", "89073", (48.39841, 9.99155), "UL"),
    town("München", "89", "80331", (48.13743, 11.57549), "MU"),
    town("Köln", "221", "50667", (50.93333, 6.95000), "KO"),
    town("Nürnberg", "911", "90402", (49.45421, 11.07752), "NU"),
    town("Berlin", "30", "10115", (52.52437, 13.41053), "BE"),
    town("Hamburg", "40", "20095", (53.55073, 9.99302), "HH"),
    town("Würzburg", "931", "97070", (49.79391, 9.95121), "WU"),
    town("Göttingen", "551", "37073", (51.53443, 9.93228), "GO"),
    town("Leipzig", "341", "04103", (51.33962, 12.37129), "LE"),
    town("Dresden", "351", "01067", (51.05089, 13.73832), "DD"),
    town("Bremen", "421", "28195", (53.07516, 8.80777), "HB"),
    town("Mainz", "6131", "55116", (49.98419, 8.27910), "MZ"),
    town("Saarbrücken", "681", "66111", (49.23262, 6.99098), "SB"),
    town("Rostock", "381", "18055", (54.08870, 12.14049), "RO"),
    town("Kiel", "431", "24103", (54.32133, 10.13489), "KI"),
    town("Jena", "3641", "07743", (50.92878, 11.58990), "JE"),
    town("Münster", "251", "48143", (51.96236, 7.62571), "MS"),
    town("Augsburg", "821", "86150", (48.37154, 10.89851), "AU"),
    town("Passau", "851", "94032", (48.57377, 13.46465), "PA"),
    town("Görlitz", "3581", "02826", (51.15518, 14.98853), "GR"),
];

/// Streets.
pub const STREETS: [&str; 12] = [
    "Hauptstraße",
    "Bahnhofstraße",
    "Industriestraße",
    "Lindenallee",
    "Am Kanal",
    "Schloßplatz",
    "Werftstraße",
    "Römerstraße",
    "Goethestraße",
    "Zum Alten Hafen",
    "Messegelände",
    "Königsweg",
];

/// Departments.
pub const DEPARTMENTS: [&str; 14] = [
    "Accounting",
    "Assembly",
    "Customer Service",
    "Design",
    "Dispatch",
    "Human Resources",
    "Laboratory",
    "Legal",
    "Maintenance",
    "Purchasing",
    "Quality",
    "Reception",
    "Research & Development",
    "Sales",
];

/// Ring tones.
pub const RING_TONES: [&str; 9] = [
    "Classic",
    "Bell",
    "Marimba",
    "Über-Ton",
    "Bossa",
    "Pulse",
    "Harbour",
    "Kolibri",
    "Quiet",
];

const FIRST: [&str; 64] = [
    "Anna",
    "Maria",
    "Emma",
    "Lena",
    "Sophie",
    "Zoë",
    "Chloé",
    "Jana",
    "Katharina",
    "Ursula",
    "Ingrid",
    "Renate",
    "Ayşe",
    "Elif",
    "Fatma",
    "Zeynep",
    "Agnieszka",
    "Małgorzata",
    "Giulia",
    "Francesca",
    "Amélie",
    "Inès",
    "Olga",
    "Swetlana",
    "Ngoc",
    "Linh",
    "Priya",
    "Aisha",
    "Noor",
    "Siobhán",
    "Freya",
    "Helga",
    "Hans",
    "Peter",
    "Jürgen",
    "Klaus",
    "Günter",
    "Björn",
    "Sören",
    "Lukas",
    "Jonas",
    "Felix",
    "Maximilian",
    "Paul",
    "Emre",
    "Mehmet",
    "Yusuf",
    "Murat",
    "Piotr",
    "Paweł",
    "Marco",
    "Luca",
    "Étienne",
    "René",
    "Igor",
    "Dmitri",
    "Minh",
    "Arjun",
    "Omar",
    "Seán",
    "Liam",
    "José",
    "André",
    "Karl-Heinz",
];

const LAST: [&str; 80] = [
    "Müller",
    "Schmidt",
    "Schneider",
    "Fischer",
    "Weber",
    "Meyer",
    "Wagner",
    "Becker",
    "Schulz",
    "Hoffmann",
    "Schäfer",
    "Koch",
    "Bauer",
    "Richter",
    "Klein",
    "Wolf",
    "Schröder",
    "Neumann",
    "Schwarz",
    "Zimmermann",
    "Braun",
    "Krüger",
    "Hofmann",
    "Hartmann",
    "Lange",
    "Schmitt",
    "Werner",
    "Krause",
    "Meier",
    "Lehmann",
    "Huber",
    "Mayer",
    "Kaiser",
    "Fuchs",
    "Peters",
    "Lang",
    "Scholz",
    "Möller",
    "Weiß",
    "Jung",
    "Hahn",
    "Vogel",
    "Friedrich",
    "Keller",
    "Günther",
    "Frank",
    "Berger",
    "Winkler",
    "Roth",
    "Beck",
    "Lorenz",
    "Baumann",
    "Kühn",
    "Böhm",
    "Yılmaz",
    "Kaya",
    "Demir",
    "Öztürk",
    "Şahin",
    "Nowak",
    "Kowalski",
    "Wiśniewska",
    "Rossi",
    "Ferrari",
    "D'Angelo",
    "Dubois",
    "Lefèvre",
    "Iwanow",
    "Sokolow",
    "Nguyen",
    "Tran",
    "Patel",
    "Singh",
    "Haddad",
    "O'Neill",
    "García",
    "Fernández",
    "van der Berg",
    "von Grünau",
    "Žukauskas",
];

/// A first name.
pub fn first(dice: &mut Dice) -> &'static str {
    dice.pick(&FIRST)
}

/// A last name.
pub fn last(dice: &mut Dice) -> &'static str {
    dice.pick(&LAST)
}

/// A login made of a name and a number: ASCII letters in lower case, then the number.
pub fn login(first: &str, last: &str, number: u32) -> String {
    let letters = |name: &str| -> String { name.chars().filter_map(plain).collect() };
    let initial: String = letters(first).chars().take(1).collect();
    format!("{initial}{}{number}", letters(last))
}

/// The nearest letter from a to z, if there is one.
fn plain(char: char) -> Option<char> {
    let lower = char.to_lowercase().next()?;
    match lower {
        'a'..='z' => Some(lower),
        'ä' | 'á' | 'à' => Some('a'),
        'é' | 'è' | 'ë' => Some('e'),
        'í' | 'ı' => Some('i'),
        'ö' | 'ó' => Some('o'),
        'ü' | 'ú' => Some('u'),
        'ß' | 'ş' | 'ś' => Some('s'),
        'ł' => Some('l'),
        'ž' => Some('z'),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{TOWNS, login};

    #[test]
    fn logins_are_plain() {
        assert_eq!(login("Étienne", "von Grünau", 7), "evongrunau7");
        assert_eq!(login("Ayşe", "O'Neill", 12), "aoneill12");
    }

    #[test]
    fn no_area_code_begins_with_another() {
        for town in &TOWNS {
            let begins = |other: &&super::Town| other.area.starts_with(town.area);
            assert_eq!(TOWNS.iter().filter(begins).count(), 1, "{}", town.name);
        }
    }
}
