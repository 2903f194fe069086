//! Files of one name that come together.

/// The `number`th of the files that come together under a path: `a/leave.md`, `a/leave (2).md`, …
pub fn numbered(path: &str, number: usize) -> String {
    if number < 2 {
        return path.to_owned();
    }
    let name = path.rfind('/').map_or(0, |slash| slash + 1);
    // A dot at the beginning hides a file, and begins no ending.
    let ending = path[name..].rfind('.').filter(|dot| *dot > 0).map_or(path.len(), |dot| name + dot);
    format!("{} ({number}){}", &path[..ending], &path[ending..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_stands_before_the_ending() {
        assert_eq!(numbered("a/leave.md", 1), "a/leave.md");
        assert_eq!(numbered("a/leave.md", 2), "a/leave (2).md");
        assert_eq!(numbered("v1.2/.profile", 3), "v1.2/.profile (3)");
        assert_eq!(numbered("LICENCE", 2), "LICENCE (2)");
    }
}
