//! Placeholders in a command line.

/// What stands for the node's own values.
#[derive(Debug)]
pub(super) struct Values<'a> {
    pub(super) port: u16,
    pub(super) api_key: &'a str,
    pub(super) api_key_file: &'a str,
    pub(super) model: &'a str,
    pub(super) weights: &'a str,
    pub(super) revision: &'a str,
    pub(super) engine: &'a str,
    pub(super) node_id: &'a str,
}

/// Text with placeholders: `{`, a name of `a-z` and `_`, `}`. Other braces are text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Template<'a>(&'a str);

enum Part<'a> {
    Text(&'a str),
    Placeholder(&'a str),
}

impl<'a> Template<'a> {
    pub(super) const fn new(text: &'a str) -> Self {
        Self(text)
    }

    pub(super) fn unknown_placeholder(self) -> Option<&'a str> {
        let anything = Values {
            port: 0,
            api_key: "",
            api_key_file: "",
            model: "",
            weights: "",
            revision: "",
            engine: "",
            node_id: "",
        };
        self.parts().into_iter().find_map(|part| match part {
            Part::Placeholder(name) if anything.get(name).is_none() => Some(name),
            _ => None,
        })
    }

    /// The text with values in place. A value is not looked into again, whatever it holds.
    pub(super) fn render(self, values: &Values<'_>) -> String {
        let mut rendered = String::new();
        for part in self.parts() {
            match part {
                Part::Text(text) => rendered.push_str(text),
                Part::Placeholder(name) => rendered.push_str(&values.get(name).unwrap_or_default()),
            }
        }
        rendered
    }

    fn parts(self) -> Vec<Part<'a>> {
        let mut parts = Vec::new();
        let mut rest = self.0;
        while let Some(open) = rest.find('{') {
            let (before, from_brace) = rest.split_at(open);
            let inside = &from_brace[1..];
            let end = inside.find(|c: char| !c.is_ascii_lowercase() && c != '_').unwrap_or(inside.len());
            if end > 0 && inside[end..].starts_with('}') {
                parts.extend([Part::Text(before), Part::Placeholder(&inside[..end])]);
                rest = &inside[end + 1..];
            } else {
                parts.extend([Part::Text(before), Part::Text("{")]);
                rest = inside;
            }
        }
        parts.push(Part::Text(rest));
        parts
    }
}

impl Values<'_> {
    fn get(&self, name: &str) -> Option<String> {
        let value = match name {
            "port" => return Some(self.port.to_string()),
            "api_key" => self.api_key,
            "api_key_file" => self.api_key_file,
            "model" => self.model,
            "weights" => self.weights,
            "revision" => self.revision,
            "engine" => self.engine,
            "node_id" => self.node_id,
            _ => return None,
        };
        Some(value.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VALUES: Values<'_> = Values {
        port: 8_000,
        api_key: "{port}",
        api_key_file: "/keys/1",
        model: "nemo",
        weights: "/w",
        revision: "",
        engine: "do-gpu-nemo_1",
        node_id: "7",
    };

    #[test]
    fn placeholders_are_filled_in_once() {
        let render = |text| Template::new(text).render(&VALUES);
        assert_eq!(render("--port={port}"), "--port=8000");
        assert_eq!(render("{weights}/{model}{revision}@{node_id}"), "/w/nemo@7");
        // A value that looks like a placeholder stays what it is.
        assert_eq!(render("{api_key}"), "{port}");
        assert_eq!(render("{\"port\": {port}} {} { ü{port"), "{\"port\": 8000} {} { ü{port");
    }

    #[test]
    fn what_stands_for_nothing_is_found() {
        assert_eq!(Template::new("a{prot}{nope}").unknown_placeholder(), Some("prot"));
        assert_eq!(Template::new("{Port} {1} {\"a\"} {port}").unknown_placeholder(), None);
    }
}
