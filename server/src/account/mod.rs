//! Who people are: accounts, groups, passwords, tokens.
