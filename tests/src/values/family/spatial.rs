//! The geometry types.

use super::{Family, Server};
use crate::dice::Dice;
use crate::values::{Form, Subject};

pub(super) fn family(server: &Server) -> Family {
    let form = form(server);
    let column = |name: &str, make: fn(&mut Dice) -> String| {
        Subject::new(name, form.clone()).chance(move |dice| geometry(&make(dice), any_srid(dice)))
    };
    let mut subjects = vec![
        any(&form).edges(edges(server)),
        column("POINT", point),
        column("LINESTRING", line),
        column("POLYGON", polygon),
        column("MULTIPOINT", multipoint),
        column("MULTILINESTRING", multiline),
        column("MULTIPOLYGON", multipolygon),
        column("GEOMETRYCOLLECTION", collection),
    ];
    let of_postgis = |subject: Subject, target| {
        let printed = "ST_SRID({c}) || ' ' || upper(encode(ST_AsBinary({c}, 'NDR'), 'hex'))";
        subject
            .becomes(target, Some(printed))
            .of_extension("postgis")
    };
    let wrong = |said: &str| (!said.starts_with("4326 ")).then_some("wrong_srid");
    subjects.push(of_postgis(any(&form).edges(edges(server)), "geometry"));
    subjects.push(of_postgis(column("POINT", point), "geometry(Point, 4326)").unfit(wrong));
    if server.is_mysql {
        subjects.push(
            Subject::new("POINT SRID 4326", form).chance(|dice| geometry(&point(dice), 4326)),
        );
    }
    Family {
        name: "shapes",
        subjects,
    }
}

/// A geometry of any kind.
fn any(form: &Form) -> Subject {
    Subject::new("GEOMETRY", form.clone()).chance(|dice| {
        let shape = match dice.below(7) {
            0 => point(dice),
            1 => line(dice),
            2 => polygon(dice),
            3 => multipoint(dice),
            4 => multiline(dice),
            5 => multipolygon(dice),
            _ => collection(dice),
        };
        geometry(&shape, any_srid(dice))
    })
}

/// The SRID and the well-known binary. Both sides keep the longitude first; MySQL prints the latitude first unless told.
fn form(server: &Server) -> Form {
    let order = if server.is_mysql {
        ", 'axis-order=long-lat'"
    } else {
        ""
    };
    Form {
        legacy: format!("CONCAT(ST_SRID({{c}}), ' ', HEX(ST_AsWKB({{c}}{order})))"),
        upgrade: String::from(
            "(get_byte({c}, 0) + get_byte({c}, 1) * 256 + get_byte({c}, 2) * 65536) || ' ' || upper(encode(substring({c} FROM 5), 'hex'))",
        ),
        ..Form::printed()
    }
}

fn edges(server: &Server) -> Vec<String> {
    let shapes = [
        "POINT(0 0)",
        "POINT(-0.0 1e-300)",
        "POINT(-90 90)",
        "POINT(1.7976931348623157e308 5e-324)",
        "LINESTRING(0 0,1 1)",
        "POLYGON((0 0,1 0,1 1,0 0),(0.1 0.1,0.2 0.1,0.2 0.2,0.1 0.1))",
        "GEOMETRYCOLLECTION(POINT(1 2),LINESTRING(0 0,1 1),GEOMETRYCOLLECTION(POINT(3 4)))",
    ];
    let mut edges: Vec<String> = shapes.iter().map(|shape| geometry(shape, 0)).collect();
    edges.push(geometry("POINT(10 20)", 4326));
    edges.push(geometry("GEOMETRYCOLLECTION EMPTY", 0));
    if server.is_mysql {
        edges.push(geometry("POINT(500000 4649776)", 3857));
    }
    edges
}

fn geometry(shape: &str, srid: u32) -> String {
    format!("ST_GeomFromText('{shape}', {srid})")
}

fn any_srid(dice: &mut Dice) -> u32 {
    if dice.once_in(3) { 4326 } else { 0 }
}

/// Within what the earth has, whichever axis is which.
fn place(dice: &mut Dice) -> String {
    let part = |dice: &mut Dice| {
        let degrees = dice.below(178_000_000);
        format!(
            "{}.{:06}",
            (degrees / 1_000_000) as i64 - 89,
            degrees % 1_000_000
        )
    };
    format!("{} {}", part(dice), part(dice))
}

fn places(dice: &mut Dice) -> String {
    let list: Vec<String> = (0..2 + dice.below(4)).map(|_| place(dice)).collect();
    format!("({})", list.join(","))
}

fn ring(dice: &mut Dice) -> String {
    // A square: its corners do not cross.
    let (x, y, side) = (
        dice.below(80) as i64 - 80,
        dice.below(80) as i64 - 80,
        1 + dice.below(9) as i64,
    );
    format!(
        "(({x} {y},{0} {y},{0} {1},{x} {1},{x} {y}))",
        x + side,
        y + side
    )
}

fn point(dice: &mut Dice) -> String {
    format!("POINT({})", place(dice))
}

fn line(dice: &mut Dice) -> String {
    format!("LINESTRING{}", places(dice))
}

fn polygon(dice: &mut Dice) -> String {
    format!("POLYGON{}", ring(dice))
}

fn multipoint(dice: &mut Dice) -> String {
    format!("MULTIPOINT{}", places(dice))
}

fn multiline(dice: &mut Dice) -> String {
    format!("MULTILINESTRING({},{})", places(dice), places(dice))
}

fn multipolygon(dice: &mut Dice) -> String {
    format!("MULTIPOLYGON({},{})", ring(dice), ring(dice))
}

fn collection(dice: &mut Dice) -> String {
    format!(
        "GEOMETRYCOLLECTION({},{},{})",
        point(dice),
        line(dice),
        polygon(dice)
    )
}
