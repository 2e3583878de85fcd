using System.Reflection;
using CollabHub.Hubs.Endpoints;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Scalar.AspNetCore;

namespace CollabHub.Hubs.Http;

/// <summary>The machine-readable description of the REST routes, and the page that shows it.</summary>
public static class ApiDescription
{
    private const string Bearer = "bearer";

    // The reader's page starts itself with an inline script and holds nothing that users wrote.
    private const string ReaderPolicy =
        "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
        + "frame-ancestors 'none'; object-src 'none'; base-uri 'none'";

    /// <summary>Registers the document.</summary>
    public static void AddApiDescription(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddOpenApi("v1", openApi =>
        {
            openApi.CreateSchemaReferenceId = type => Optionals.IsOptional(type.Type) ? null : OpenApiOptions.CreateDefaultSchemaReferenceId(type);
            openApi.AddSchemaTransformer((schema, context, _) => Done(() => Optionals.Describe(schema, context.JsonTypeInfo)));
            openApi.AddOperationTransformer((operation, context, _) => Done(() => DescribeAccess(operation, context)));
            openApi.AddOperationTransformer((operation, context, _) => Done(() => DescribePaging(operation, context)));
            openApi.AddOperationTransformer((operation, context, _) => Done(() => DescribeProblems(operation, context.Document!)));
            openApi.AddDocumentTransformer((document, _, _) => Done(() => Describe(document)));
        });
    }

    /// <summary>Maps <c>/openapi/v1.json</c> and its reader, <c>/docs</c>, which loads nothing from elsewhere.</summary>
    public static void MapApiDescription(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.MapOpenApi();
        app.MapScalarApiReference("/docs", reader => reader.WithTitle("CollabHub API").DisableDefaultFonts().DisableAgent())
            .AddEndpointFilter(async (call, next) =>
            {
                call.HttpContext.Response.Headers.ContentSecurityPolicy = ReaderPolicy;
                return await next(call);
            });
    }

    private static Task Done(Action describe)
    {
        describe();
        return Task.CompletedTask;
    }

    private static void DescribeAccess(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        if (!metadata.OfType<IAuthorizeData>().Any() || metadata.OfType<IAllowAnonymous>().Any()) return;
        operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Bearer, context.Document)] = [] }];
    }

    // Every error of every route has this one form; which codes there are says docs/errors.md.
    private static void DescribeProblems(OpenApiOperation operation, OpenApiDocument document)
    {
        const string name = "Problem";
        document.AddComponent(name, ProblemSchema());
        operation.Responses ??= [];
        operation.Responses["default"] = new OpenApiResponse
        {
            Description = "A problem, by RFC 9457; code names it.",
            Content = new Dictionary<string, OpenApiMediaType> { ["application/problem+json"] = new() { Schema = new OpenApiSchemaReference(name, document) } },
        };
    }

    private static OpenApiSchema ProblemSchema()
    {
        var text = new OpenApiSchema { Type = JsonSchemaType.String };
        return new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Required = new HashSet<string> { "type", "title", "status", "detail", "code", "traceId" },
            Properties = new Dictionary<string, IOpenApiSchema>
            {
                ["type"] = text, ["title"] = text, ["status"] = new OpenApiSchema { Type = JsonSchemaType.Integer }, ["detail"] = text, ["code"] = text, ["traceId"] = text,
                ["retryAfter"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Description = "Seconds." },
                ["errors"] = new OpenApiSchema
                {
                    Type = JsonSchemaType.Object, Description = "Texts by field.",
                    AdditionalProperties = new OpenApiSchema { Type = JsonSchemaType.Array, Items = text },
                },
            },
        };
    }

    private static bool IsList(IEnumerable<object> metadata) =>
        metadata.OfType<MethodInfo>().Any(handler => handler.GetParameters().Any(parameter => parameter.ParameterType == typeof(PageRequest)));

    private static void DescribePaging(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        if (!IsList(context.Description.ActionDescriptor.EndpointMetadata)) return;
        operation.Parameters ??= [];
        operation.Parameters.Add(new OpenApiParameter
        {
            Name = "limit", In = ParameterLocation.Query, Description = "Rows on a page, 1 to 200; 50 when absent.",
            Schema = new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "1", Maximum = "200" },
        });
        operation.Parameters.Add(new OpenApiParameter
        {
            Name = "cursor", In = ParameterLocation.Query, Description = "nextCursor of the page before.",
            Schema = new OpenApiSchema { Type = JsonSchemaType.String },
        });
    }

    private static void Describe(OpenApiDocument document)
    {
        document.Info.Title = "CollabHub";
        document.Info.Version = "v1";
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
        document.Components.SecuritySchemes[Bearer] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http, Scheme = "bearer", BearerFormat = "JWT", Description = "The accessToken of register, guest, login or refresh.",
        };
    }
}
