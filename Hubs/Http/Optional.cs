using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.OpenApi;

namespace CollabHub.Hubs.Http;

/// <summary>A member of a PATCH body: absent (leave it), null (clear it), or a value.</summary>
[JsonConverter(typeof(OptionalConverterFactory))]
public readonly record struct Optional<T>(bool IsSet, T? Value)
{
    /// <summary>The new value when one was given, else the present one.</summary>
    public T? Or(T? present) => IsSet ? Value : present;
}

/// <summary>Describes optional members as what they are in JSON: their value or null, and not required.</summary>
internal static class Optionals
{
    public static bool IsOptional(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Optional<>);

    public static void Describe(OpenApiSchema schema, JsonTypeInfo type)
    {
        if (type.Type == typeof(Optional<string>)) schema.Type = JsonSchemaType.String | JsonSchemaType.Null;
        foreach (var member in type.Properties.Where(member => IsOptional(member.PropertyType))) schema.Required?.Remove(member.Name);
    }
}

/// <summary>Reads a present member; an absent one stays <c>default</c>.</summary>
internal sealed class OptionalConverterFactory : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) => Optionals.IsOptional(typeToConvert);

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Converter<>).MakeGenericType(typeToConvert.GetGenericArguments()[0]))!;

    private sealed class Converter<T> : JsonConverter<Optional<T>>
    {
        public override bool HandleNull => true;

        // The inner converter itself, not a nested deserialization: an error then names this member.
        public override Optional<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            new(true, reader.TokenType == JsonTokenType.Null ? default : ((JsonConverter<T>)options.GetConverter(typeof(T))).Read(ref reader, typeof(T), options));

        public override void Write(Utf8JsonWriter writer, Optional<T> value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, value.Value, options);
    }
}
