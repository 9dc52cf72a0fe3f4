//! What is deployed: the image, Compose and Kubernetes. Nothing is started here. The files are held against the schemas of
//! those who read them, and against the program that they start: its settings, commands, routes and time limits.

mod cluster;
mod compose;
mod confined;
mod files;
mod health;
mod image;
mod kubernetes;
mod network;
mod references;
mod role;
mod watched;
