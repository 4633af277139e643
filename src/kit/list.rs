//! Lists that are put together while compiling.

/// How many items several lists have.
pub const fn total<T>(mut parts: &[&[T]]) -> usize {
    let mut count = 0;
    while let [part, rest @ ..] = parts {
        count += part.len();
        parts = rest;
    }
    count
}

/// Several lists as one of `N` items, when `N` is their [`total`]. The first list is not empty.
// It runs while compiling only, where this fails the build.
#[allow(clippy::panic)]
pub const fn join<T: Copy, const N: usize>(mut parts: &[&[T]]) -> [T; N] {
    let [[blank, ..], ..] = parts else { panic!("the first list is empty") };
    let mut all = [*blank; N];
    let mut room: &mut [T] = &mut all;
    while let [part, rest @ ..] = parts {
        let (own, left) = room.split_at_mut(part.len());
        own.copy_from_slice(part);
        room = left;
        parts = rest;
    }
    all
}

/// Joins lists while compiling: `joined!(&str: [FIRST, &["more"]])`.
#[macro_export]
macro_rules! joined {
    ($item:ty: [$($part:expr),+ $(,)?]) => {{
        const PARTS: &[&[$item]] = &[$($part),+];
        const COUNT: usize = $crate::kit::list::total(PARTS);
        const ALL: [$item; COUNT] = $crate::kit::list::join(PARTS);
        const LIST: &[$item] = &ALL;
        LIST
    }};
}

#[cfg(test)]
mod tests {
    #[test]
    fn lists_are_joined_in_order() {
        const SOME: &[&str] = &["a", "b"];
        const MORE: &[&str] = joined!(&str: [SOME, &["c"], SOME]);
        assert_eq!(MORE, ["a", "b", "c", "a", "b"]);
    }
}
