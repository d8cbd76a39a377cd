//! Column types: which upgrade type a legacy column gets, and how a legacy value becomes bytes of that type.
