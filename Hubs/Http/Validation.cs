using System.Text.Json;
using CollabHub.Domain.Errors;
using CollabHub.Hubs.Errors;
using FluentValidation;

namespace CollabHub.Hubs.Http;

/// <summary>Checks a request body with its FluentValidation validator before the handler sees it.</summary>
public static class Validation
{
    /// <summary>Registers every validator of this assembly.</summary>
    public static void AddValidation(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        foreach (var type in typeof(Validation).Assembly.GetTypes().Where(type => type is { IsAbstract: false, IsGenericType: false }))
        {
            foreach (var service in type.GetInterfaces().Where(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IValidator<>)))
            {
                builder.Services.AddSingleton(service, type);
            }
        }
    }

    /// <summary>Answers 422 <c>validation.failed</c> with the fields by JSON name when the body of type <typeparamref name="T"/> is not acceptable.</summary>
    public static RouteHandlerBuilder Validate<T>(this RouteHandlerBuilder route)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(route);
        return route.AddEndpointFilter(async (call, next) =>
        {
            var body = call.Arguments.OfType<T>().Single();
            var validator = call.HttpContext.RequestServices.GetRequiredService<IValidator<T>>();
            var found = await validator.ValidateAsync(body, call.HttpContext.RequestAborted);
            return found.IsValid ? await next(call) : GeneralErrors.Invalid(FieldsOf(found)).ToProblem();
        });
    }

    private static Dictionary<string, string[]> FieldsOf(FluentValidation.Results.ValidationResult found) => found.Errors
        .GroupBy(failure => JsonName(failure.PropertyName))
        .ToDictionary(field => field.Key, field => field.Select(failure => failure.ErrorMessage).Distinct().ToArray());

    private static string JsonName(string property) =>
        string.Join('.', property.Split('.').Select(part => JsonNamingPolicy.CamelCase.ConvertName(part)));
}

/// <summary>Rules that are functions of the domain.</summary>
public static class ValidationRules
{
    /// <summary>Asks a function for what is wrong (the end of a sentence about the field), null when nothing is.</summary>
    public static void Says<T, TProperty>(this IRuleBuilder<T, TProperty> rule, Func<TProperty, string?> problem) => rule.Custom((value, context) =>
    {
        if (problem(value) is { } text) context.AddFailure(text);
    });
}
