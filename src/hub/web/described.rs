//! What the API's description says of every route alike: the routes name only what is their own.

use utoipa::openapi::path::{Operation, Parameter, ParameterIn};
use utoipa::openapi::schema::Schema;
use utoipa::openapi::{ContentBuilder, OpenApi, Ref, RefOr, ResponseBuilder};

const PROBLEM: &str = "application/problem+json";

/// Says of each operation that its refusals are problems, and which ones any request may get.
pub fn complete(api: &mut OpenApi) {
    for item in api.paths.paths.values_mut() {
        let operations = [
            &mut item.get,
            &mut item.put,
            &mut item.post,
            &mut item.delete,
            &mut item.options,
            &mut item.head,
            &mut item.patch,
        ];
        for operation in operations.into_iter().flatten() {
            name_problems(operation);
            operation.parameters.iter_mut().flatten().for_each(say_whole_number);
            add_what_any_may_get(operation);
        }
    }
}

fn name_problems(operation: &mut Operation) {
    for (status, response) in &mut operation.responses.responses {
        let RefOr::T(response) = response else { continue };
        let refusal = status.starts_with(['4', '5']);
        if let Some(content) = refusal.then(|| response.content.swap_remove("application/json")).flatten() {
            response.content.insert(PROBLEM.to_owned(), content);
        }
    }
}

/// How many bits we keep a number in is nobody's business, and other than the largest of those are refused anyway.
fn say_whole_number(parameter: &mut RefOr<Parameter>) {
    if let RefOr::T(parameter) = parameter
        && let Some(RefOr::T(Schema::Object(schema))) = &mut parameter.schema
        && schema.minimum.is_some()
    {
        schema.format = None;
    }
}

fn add_what_any_may_get(operation: &mut Operation) {
    let mut any =
        vec![("503", "The hub can't reach what it needs just now: try again after Retry-After seconds")];
    let mut parameters = operation.parameters.iter().flatten();
    if operation.request_body.is_some() {
        any.push(("400", "The content is not what it should be"));
        any.push(("413", "The content is larger than it may be"));
        any.push(("415", "The content is of another kind"));
    } else if parameters
        .any(|parameter| matches!(parameter, RefOr::T(named) if named.parameter_in == ParameterIn::Query))
    {
        any.push(("400", "What stands after the question mark can't be read"));
    }
    for (status, why) in any {
        let known = &mut operation.responses.responses;
        known.entry(status.to_owned()).or_insert_with(|| problem(why));
    }
}

fn problem(why: &str) -> RefOr<utoipa::openapi::Response> {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    ResponseBuilder::new().description(why).content(PROBLEM, content).build().into()
}
