//! Geometries.

use super::{bytes, field, held, refused};
use crate::types::UpgradeType;
use proptest::prelude::*;

const ANY: UpgradeType = UpgradeType::Geometry {
    srid: None,
    kind: None,
};

/// WKB without the SRID before it.
#[derive(Debug, Clone)]
enum Shape {
    Point(f64, f64),
    Line(Vec<(f64, f64)>),
    Polygon(Vec<Vec<(f64, f64)>>),
    Multi(u32, Vec<Shape>),
}

impl Shape {
    fn kind(&self) -> u32 {
        match self {
            Shape::Point(..) => 1,
            Shape::Line(_) => 2,
            Shape::Polygon(_) => 3,
            Shape::Multi(kind, _) => *kind,
        }
    }

    fn wkb(&self) -> Vec<u8> {
        let mut wkb = vec![1];
        wkb.extend(self.kind().to_le_bytes());
        wkb.extend(self.body());
        wkb
    }

    fn body(&self) -> Vec<u8> {
        let line = |points: &[(f64, f64)]| {
            let mut out = (points.len() as u32).to_le_bytes().to_vec();
            for (x, y) in points {
                out.extend(x.to_le_bytes());
                out.extend(y.to_le_bytes());
            }
            out
        };
        match self {
            Shape::Point(x, y) => [x.to_le_bytes(), y.to_le_bytes()].concat(),
            Shape::Line(points) => line(points),
            Shape::Polygon(rings) => {
                let mut out = (rings.len() as u32).to_le_bytes().to_vec();
                out.extend(rings.iter().flat_map(|ring| line(ring)));
                out
            }
            Shape::Multi(_, members) => {
                let mut out = (members.len() as u32).to_le_bytes().to_vec();
                out.extend(members.iter().flat_map(Shape::wkb));
                out
            }
        }
    }

    /// As the legacy server gives it.
    fn stored(&self, srid: u32) -> Vec<u8> {
        [srid.to_le_bytes().to_vec(), self.wkb()].concat()
    }
}

#[test]
fn the_default_keeps_the_server_s_bytes() {
    let stored = Shape::Point(1.0, 2.0).stored(4326);
    assert_eq!(held("point", &UpgradeType::Bytea, bytes(&stored)), stored);
}

#[test]
fn postgis_gets_ewkb() {
    let point = Shape::Point(-71.5, 42.25);
    let ewkb = held("point", &ANY, bytes(point.stored(4326)));
    assert_eq!(ewkb[..9], [1, 1, 0, 0, 0x20, 0xe6, 0x10, 0, 0]);
    assert_eq!(ewkb[9..], point.body());
    assert_eq!(held("geometry", &ANY, bytes(point.stored(0))), point.wkb());
}

#[test]
fn a_bound_column_takes_its_own_only() {
    let point = Shape::Point(1.0, 2.0);
    let bound = UpgradeType::Geometry {
        srid: Some(4326),
        kind: Some(1),
    };
    held("point", &bound, bytes(point.stored(4326)));
    for stored in [
        point.stored(0),
        point.stored(3857),
        Shape::Multi(4, vec![point.clone()]).stored(4326),
    ] {
        assert_eq!(refused("geometry", &bound, bytes(stored)), "wrong_srid");
    }
    assert_eq!(
        refused("geometry", &ANY, bytes(point.stored(1_000_000))),
        "wrong_srid"
    );
}

#[test]
fn what_is_not_a_geometry_is_refused() {
    let open = Shape::Polygon(vec![vec![(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)]]);
    let short = Shape::Line(vec![(0.0, 0.0)]);
    let wrong_member = Shape::Multi(4, vec![Shape::Line(vec![(0.0, 0.0), (1.0, 1.0)])]);
    for shape in [open, short, wrong_member] {
        assert_eq!(
            refused("geometry", &ANY, bytes(shape.stored(0))),
            "bad_geometry"
        );
    }
    let stored = Shape::Point(1.0, 2.0).stored(0);
    for end in 0..stored.len() {
        assert_eq!(
            refused("geometry", &ANY, bytes(&stored[..end])),
            "bad_geometry"
        );
    }
    let longer = [stored.as_slice(), &[0]].concat();
    assert_eq!(refused("geometry", &ANY, bytes(longer)), "bad_geometry");
}

fn any_shape() -> impl Strategy<Value = Shape> {
    let point = || (any::<f64>(), any::<f64>());
    let line = proptest::collection::vec(point(), 2..6);
    let ring = proptest::collection::vec((-1e6..1e6, -1e6..1e6), 3..6).prop_map(|mut ring| {
        ring.push(ring[0]);
        ring
    });
    let leaf = prop_oneof![
        point().prop_map(|(x, y)| Shape::Point(x, y)),
        line.prop_map(Shape::Line),
        proptest::collection::vec(ring, 1..3).prop_map(Shape::Polygon),
    ];
    leaf.prop_recursive(3, 20, 5, |inner| {
        proptest::collection::vec(inner, 0..5).prop_map(|members| Shape::Multi(7, members))
    })
}

proptest! {
    #[test]
    fn any_geometry_keeps_its_coordinates(shape in any_shape(), srid in 0u32..999_999) {
        let ewkb = held("geometry", &ANY, bytes(shape.stored(srid)));
        let head = if srid == 0 { 5 } else { 9 };
        prop_assert_eq!(&ewkb[head..], shape.body());
    }

    #[test]
    fn no_bytes_make_it_panic(mut stored in any_shape().prop_map(|s| s.stored(0)), at: usize, with: u8) {
        let at = at % stored.len();
        stored[at] = with;
        let _ = field("geometry", &ANY, bytes(&stored));
    }
}
