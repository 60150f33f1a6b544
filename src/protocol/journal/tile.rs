//! Hash tiles, as C2SP tlog-tiles names them: 256 neighbouring nodes of every eighth level of the tree in one file.

use std::fmt;
use std::str::FromStr;

use super::tree::{MAX_SIZE, NodeId};
use crate::protocol::id::NotA;

/// How many nodes a whole tile holds.
const WIDTH: u16 = 256;

/// The highest level of tiles in the largest tree.
const MAX_LEVEL: u8 = 6;

const WHAT: NotA = NotA("a hash tile (tile/0/x001/234 or tile/0/x001/234.p/5)");

/// A hash tile, whole or the left part of one that is still growing. Shown as `tile/LEVEL/INDEX[.p/WIDTH]`, the index
/// in groups of three digits, all but the last with an `x` before it. Its content is its nodes' hashes, 32 bytes each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Tile {
    level: u8,
    index: u64,
    width: u16,
}

impl Tile {
    /// A tile. None when no tree has it: `level` is 0 to 6, `width` 1 to 256.
    pub fn new(level: u8, index: u64, width: u16) -> Option<Self> {
        let fits = level <= MAX_LEVEL && (1..=WIDTH).contains(&width) && index <= MAX_SIZE / u64::from(WIDTH);
        fits.then_some(Self { level, index, width })
    }

    /// Whether a tree of this size has the tile, so far at least.
    pub fn is_in(&self, size: u64) -> bool {
        self.index * u64::from(WIDTH) + u64::from(self.width) <= size >> (8 * u32::from(self.level))
    }

    /// The nodes whose hashes make the tile, from left to right.
    pub fn nodes(&self) -> impl Iterator<Item = NodeId> + use<> {
        let (level, first) = (8 * self.level, self.index * u64::from(WIDTH));
        (first..first + u64::from(self.width)).map(move |index| NodeId { level, index })
    }
}

impl fmt::Display for Tile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut groups = vec![format!("{:03}", self.index % 1000)];
        let mut rest = self.index / 1000;
        while rest > 0 {
            groups.push(format!("x{:03}", rest % 1000));
            rest /= 1000;
        }
        groups.reverse();
        write!(f, "tile/{}/{}", self.level, groups.join("/"))?;
        if self.width < WIDTH { write!(f, ".p/{}", self.width) } else { Ok(()) }
    }
}

impl FromStr for Tile {
    type Err = NotA;
    fn from_str(text: &str) -> Result<Self, NotA> {
        let rest = text.strip_prefix("tile/").ok_or(WHAT)?;
        let (level, rest) = rest.split_once('/').ok_or(WHAT)?;
        let (index, width) =
            rest.split_once(".p/").map_or((rest, None), |(index, width)| (index, Some(width)));
        let index: String = index.chars().filter(|c| !matches!(c, 'x' | '/')).collect();
        let width = width.map_or(Ok(WIDTH), |width| width.parse().map_err(|_| WHAT))?;
        let tile = Self::new(level.parse().map_err(|_| WHAT)?, index.parse().map_err(|_| WHAT)?, width);
        // Only the one spelling that we write counts.
        tile.filter(|tile| tile.to_string() == text).ok_or(WHAT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tile_has_one_name() {
        for (level, index, width, name) in [
            (0, 0, 256, "tile/0/000"),
            (0, 0, 1, "tile/0/000.p/1"),
            (1, 999, 255, "tile/1/999.p/255"),
            (0, 1_234_067, 256, "tile/0/x001/x234/067"),
            (6, 1000, 256, "tile/6/x001/000"),
        ] {
            let tile = Tile::new(level, index, width).unwrap();
            assert_eq!(tile.to_string(), name);
            assert_eq!(name.parse(), Ok(tile));
        }
        for bad in [
            "tile/0/0",
            "tile/0/x000/001",
            "tile/0/000.p/256",
            "tile/0/000.p/0",
            "tile/0/000.p/01",
            "tile/7/000",
            "tile/00/000",
            "tile/0/001/000",
            "tile/0/+01",
            "tile/0/000/",
            "tile/entries/000",
            "/tile/0/000",
        ] {
            assert!(bad.parse::<Tile>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_tile_is_there_once_its_last_node_is() {
        let tile = |text: &str| text.parse::<Tile>().unwrap();
        assert!(tile("tile/0/000.p/5").is_in(5) && !tile("tile/0/000.p/5").is_in(4));
        assert!(tile("tile/1/000.p/1").is_in(256) && !tile("tile/1/000.p/1").is_in(255));
        assert_eq!(tile("tile/1/001.p/1").nodes().collect::<Vec<_>>(), [NodeId { level: 8, index: 256 }]);
    }
}
