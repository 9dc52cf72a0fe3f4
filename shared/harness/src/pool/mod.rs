//! Which endpoint answers: least outstanding requests under an adaptive limit.
