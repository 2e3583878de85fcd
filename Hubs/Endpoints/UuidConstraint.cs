namespace CollabHub.Hubs.Endpoints;

/// <summary>
/// <c>{wsId:uuid}</c>: a lower-case UUID with hyphens, the one form that the server writes. Anything else is no address (404), so that a
/// thing has one address only.
/// </summary>
public sealed class UuidConstraint : IRouteConstraint
{
    /// <inheritdoc/>
    public bool Match(HttpContext? httpContext, IRouter? route, string routeKey, RouteValueDictionary values, RouteDirection routeDirection)
    {
        ArgumentNullException.ThrowIfNull(values);
        return values.TryGetValue(routeKey, out var value)
            && Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture) is { Length: 36 } text
            && !text.Any(char.IsAsciiLetterUpper)
            && Guid.TryParseExact(text, "D", out _);
    }
}
