//! The quote: typing, keeping, undoing, refusing.

use crate::driver::Driver;

#[test]
fn look() {
    let mut desk = Driver::demo(600, 160, 45);
    println!("{}", desk.keys("g q").screen());
    println!("{}", desk.keys("enter").screen());
    println!("{}", desk.keys("'1' '7'").screen());
    println!("{}", desk.keys("enter").screen());
    println!("{}", desk.size(80, 24).screen());
    println!("{}", desk.keys("'9'").screen());
    println!("{}", desk.keys("esc w").screen());
    println!("{}", desk.size(120, 36).keys("w i").screen());
    println!("{}", desk.keys("esc g x").screen());
    println!("{}", desk.keys("g i").screen());
}
