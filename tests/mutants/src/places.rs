//! Finds the places where code refuses, and puts a switch at each.

use std::collections::BTreeMap;

use proc_macro2::{LineColumn, Span};
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Attribute, Expr, ReturnType, Stmt, Type};

/// A check that can be switched off.
pub struct Place {
    pub number: usize,
    pub file: String,
    pub line: usize,
    pub function: String,
    /// The check as it stands in the code, on one line.
    pub text: String,
    /// It passes on what was refused elsewhere, and has no condition of its own.
    pub passes_on: bool,
}

impl Place {
    /// What it is called in `explained.txt`: stays the same when lines move.
    pub fn name(&self) -> String {
        format!("{} {}: {}", self.file, self.function, self.text)
    }
}

/// The same text with switches; each place is added to the list, and counted on in it.
pub fn instrument(file: &str, text: &str, places: &mut Vec<Place>) -> String {
    let parsed = syn::parse_file(text).unwrap_or_else(|error| panic!("{file}: {error}"));
    let mut finder = Finder {
        file,
        text,
        starts: starts_of_lines(text),
        places,
        edits: BTreeMap::new(),
        functions: Vec::new(),
    };
    finder.visit_file(&parsed);
    let edits = finder.edits;
    let (mut out, mut at) = (String::with_capacity(text.len() * 2), 0);
    for ((place, _), edit) in edits {
        out.push_str(&text[at..place.max(at)]);
        out.push_str(&edit.text);
        at = place.max(at) + edit.removes;
    }
    out + &text[at..]
}

struct Edit {
    text: String,
    /// How many bytes of the original go.
    removes: usize,
}

struct Finder<'a> {
    file: &'a str,
    text: &'a str,
    /// Where each line begins, in bytes.
    starts: Vec<usize>,
    places: &'a mut Vec<Place>,
    /// By place in the text; at one place the ends of inner checks come first.
    edits: BTreeMap<(usize, i64), Edit>,
    functions: Vec<Function>,
}

#[derive(Clone)]
struct Function {
    name: String,
    /// It returns `Result<(), _>`.
    only_refuses: bool,
}

fn starts_of_lines(text: &str) -> Vec<usize> {
    std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect()
}

impl Finder<'_> {
    fn offset(&self, at: LineColumn) -> usize {
        let line = &self.text[self.starts[at.line - 1]..];
        let inside: usize = line.chars().take(at.column).map(char::len_utf8).sum();
        self.starts[at.line - 1] + inside
    }

    fn range(&self, span: Span) -> (usize, usize) {
        (self.offset(span.start()), self.offset(span.end()))
    }

    /// Numbers a place.
    fn place(&mut self, span: Span) -> usize {
        let number = self.places.len() + 1;
        let (start, end) = self.range(span);
        let text = self.text[start..end].split_whitespace().collect::<Vec<_>>().join(" ");
        self.places.push(Place {
            number,
            file: self.file.to_owned(),
            line: span.start().line,
            function: self
                .functions
                .iter()
                .map(|function| function.name.as_str())
                .collect::<Vec<_>>()
                .join("::"),
            text: text.chars().take(160).collect(),
            passes_on: false,
        });
        number
    }

    fn place_that_passes_on(&mut self, span: Span) -> usize {
        let number = self.place(span);
        self.places[number - 1].passes_on = true;
        number
    }

    fn before(&mut self, at: usize, number: usize, text: String) {
        // Outer checks are numbered first, so their text comes first.
        self.edits.insert((at, 1_000_000 + number as i64), Edit { text, removes: 0 });
    }

    fn after(&mut self, at: usize, number: usize, text: String, removes: usize) {
        self.edits.insert((at, -(number as i64)), Edit { text, removes });
    }

    fn around(&mut self, span: Span, number: usize, before: String, after: String) {
        let (start, end) = self.range(span);
        self.before(start, number, before);
        self.after(end, number, after, 0);
    }

    /// A condition that must hold.
    fn must_hold(&mut self, condition: &Expr, whole: Span) {
        let number = self.place(whole);
        self.around(condition.span(), number, format!("crate::mutant::truth({number}, "), ")".to_owned());
    }

    /// What refuses, as the last word of a function that does nothing else.
    fn last_word(&mut self, expr: &Expr) {
        match expr {
            Expr::Match(all) => {
                for arm in &all.arms {
                    self.last_word(&arm.body);
                }
            }
            Expr::If(all) => {
                if let Some(Stmt::Expr(expr, None)) = all.then_branch.stmts.last() {
                    if !is_err(expr) {
                        self.last_word(expr);
                    }
                }
                if let Some((_, expr)) = &all.else_branch {
                    self.last_word(expr);
                }
            }
            Expr::Block(block) => {
                if let Some(Stmt::Expr(expr, None)) = block.block.stmts.last() {
                    self.last_word(expr);
                }
            }
            expr if is_err(expr) => {
                let number = self.place(expr.span());
                let before = format!("if crate::mutant::stands({number}) {{ ");
                self.around(expr.span(), number, before, " } else { Ok(()) }".to_owned());
            }
            Expr::MethodCall(call) if held(call).is_some() => {}
            Expr::Call(_) | Expr::MethodCall(_) | Expr::Await(_) if !is_ok(expr) => {
                let number = self.place_that_passes_on(expr.span());
                let after =
                    format!(") {{ Err(_) if !crate::mutant::stands({number}) => Ok(()), kept => kept }}");
                self.around(expr.span(), number, "match (".to_owned(), after);
            }
            _ => {}
        }
    }

    fn in_function(
        &mut self,
        name: String,
        output: &ReturnType,
        block: Option<&syn::Block>,
        inside: impl FnOnce(&mut Self),
    ) {
        let function = Function { name, only_refuses: only_refuses(output) };
        self.functions.push(function.clone());
        if let Some(Stmt::Expr(expr, None)) = block.and_then(|block| block.stmts.last())
            && function.only_refuses
        {
            self.last_word(expr);
        }
        inside(self);
        self.functions.pop();
    }
}

/// `Result<(), _>`, or our `Result<()>`.
fn only_refuses(output: &ReturnType) -> bool {
    let ReturnType::Type(_, of) = output else { return false };
    let Type::Path(path) = &**of else { return false };
    let Some(last) = path.path.segments.last().filter(|last| last.ident == "Result") else { return false };
    let syn::PathArguments::AngleBracketed(arguments) = &last.arguments else { return false };
    matches!(arguments.args.first(), Some(syn::GenericArgument::Type(Type::Tuple(tuple))) if tuple.elems.is_empty())
}

fn is_call_of(expr: &Expr, name: &str) -> bool {
    let Expr::Call(call) = expr else { return false };
    matches!(&*call.func, Expr::Path(path) if path.path.is_ident(name))
}

fn is_err(expr: &Expr) -> bool {
    is_call_of(expr, "Err")
}

fn is_ok(expr: &Expr) -> bool {
    is_call_of(expr, "Ok")
}

/// Whether a block ends in a refusal.
fn refuses(block: &syn::Block) -> bool {
    match block.stmts.last() {
        Some(Stmt::Expr(Expr::Return(returned), _)) => returned.expr.as_deref().is_some_and(is_err),
        Some(Stmt::Expr(expr, None)) => is_err(expr),
        _ => false,
    }
}

/// Of `CONDITION.then_some(..).ok_or(..)` the condition; of `.filter(|..| CONDITION).ok_or(..)` as well.
fn held(call: &syn::ExprMethodCall) -> Option<&Expr> {
    if call.method != "ok_or" && call.method != "ok_or_else" {
        return None;
    }
    let Expr::MethodCall(inner) = &*call.receiver else { return None };
    if inner.method == "then_some" || inner.method == "then" {
        return Some(&inner.receiver);
    }
    let Some(Expr::Closure(closure)) = inner.args.first() else { return None };
    (inner.method == "filter").then_some(&*closure.body)
}

fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let written = quoted(attribute);
        written.contains("cfg (test)") || written.contains("cfg(test)") || attribute.path().is_ident("test")
    })
}

fn quoted(attribute: &Attribute) -> String {
    match &attribute.meta {
        syn::Meta::List(list) => {
            format!("{}({})", list.path.get_ident().map(ToString::to_string).unwrap_or_default(), list.tokens)
        }
        _ => String::new(),
    }
}

fn has_let(expr: &Expr) -> bool {
    match expr {
        Expr::Let(_) => true,
        Expr::Binary(binary) => has_let(&binary.left) || has_let(&binary.right),
        _ => false,
    }
}

impl<'ast> Visit<'ast> for Finder<'_> {
    fn visit_item_mod(&mut self, node: &'ast syn::ItemMod) {
        if !is_for_tests(&node.attrs) {
            visit::visit_item_mod(self, node);
        }
    }

    fn visit_item_fn(&mut self, node: &'ast syn::ItemFn) {
        if is_for_tests(&node.attrs) || node.sig.constness.is_some() {
            return;
        }
        let name = node.sig.ident.to_string();
        self.in_function(name, &node.sig.output, Some(&node.block), |finder| {
            visit::visit_item_fn(finder, node)
        });
    }

    fn visit_item_impl(&mut self, node: &'ast syn::ItemImpl) {
        if is_for_tests(&node.attrs) {
            return;
        }
        let of = match &*node.self_ty {
            Type::Path(path) => {
                path.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default()
            }
            _ => String::new(),
        };
        self.functions.push(Function { name: of, only_refuses: false });
        visit::visit_item_impl(self, node);
        self.functions.pop();
    }

    fn visit_impl_item_fn(&mut self, node: &'ast syn::ImplItemFn) {
        if is_for_tests(&node.attrs) || node.sig.constness.is_some() {
            return;
        }
        let name = node.sig.ident.to_string();
        self.in_function(name, &node.sig.output, Some(&node.block), |finder| {
            visit::visit_impl_item_fn(finder, node)
        });
    }

    fn visit_expr_if(&mut self, node: &'ast syn::ExprIf) {
        if refuses(&node.then_branch) {
            let span = node.if_token.span().join(node.then_branch.span()).unwrap_or_else(|| node.span());
            let number = self.place(span);
            let (start, end) = self.range(node.cond.span());
            if !has_let(&node.cond) {
                self.before(start, number, "(".to_owned());
                self.after(end, number, format!(") && crate::mutant::stands({number})"), 0);
            } else {
                self.after(end, number, format!(" && crate::mutant::stands({number})"), 0);
            }
        }
        visit::visit_expr_if(self, node);
    }

    fn visit_stmt(&mut self, node: &'ast Stmt) {
        if let Stmt::Expr(Expr::Try(tried), Some(end)) = node
            && !matches!(&*tried.expr, Expr::Macro(_))
            && !matches!(&*tried.expr, Expr::MethodCall(call) if call.method == "ok")
        {
            let number = self.place_that_passes_on(node.span());
            let (start, inner_end) = self.range(tried.expr.span());
            let (_, end) = self.range(end.span());
            self.before(start, number, "match (".to_owned());
            let after =
                format!(") {{ Err(_) if !crate::mutant::stands({number}) => {{}} kept => {{ kept?; }} }}");
            self.after(inner_end, number, after, end - inner_end);
        }
        visit::visit_stmt(self, node);
    }

    fn visit_expr_method_call(&mut self, node: &'ast syn::ExprMethodCall) {
        if let Some(condition) = held(node) {
            self.must_hold(condition, node.span());
        }
        visit::visit_expr_method_call(self, node);
    }
}
