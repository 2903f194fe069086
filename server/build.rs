//! The migrations are compiled in: a new one must make the server compile anew.

fn main() {
    println!("cargo:rerun-if-changed=../migrations");
}
