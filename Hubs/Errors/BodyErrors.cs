using System.Text.Json;

namespace CollabHub.Hubs.Errors;

/// <summary>Tells a body that is not JSON (400) from JSON that does not fit the route (422, with the field named).</summary>
internal static class BodyErrors
{
    /// <summary>The field at fault, or null when the body is not JSON at all.</summary>
    public static (string Name, string Problem)? FieldOf(JsonException exception)
    {
        for (Exception? inner = exception; inner is not null; inner = inner.InnerException)
        {
            // The reader's own exception type is not public; it means that the text is not JSON.
            if (inner.GetType().Name == "JsonReaderException") return null;
        }
        var path = exception.Path is { Length: > 2 } found && found.StartsWith("$.", StringComparison.Ordinal) ? found[2..] : "$";
        return (path, "is unknown here, given twice, or of the wrong type");
    }
}
