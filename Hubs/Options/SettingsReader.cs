using System.Globalization;
using System.Reflection;

namespace CollabHub.Hubs.Options;

/// <summary>
/// Turns configuration into option objects and collects every problem on the way, each with its key. Unlike the framework's
/// binder it does not stop at the first wrong value, and it knows which keys nobody reads.
/// </summary>
public sealed class SettingsReader(IConfiguration configuration)
{
    private readonly HashSet<string> _known = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> _problems = [];

    /// <summary>What is wrong so far, one sentence each.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>Adds a problem with a key.</summary>
    public void Refuse(string key, string problem) => _problems.Add($"{key} {problem}.");

    /// <summary>The options of a section: properties by name; numbers need a <see cref="BoundAttribute"/>.</summary>
    public T Read<T>(string section)
        where T : class, new() => (T)Read(typeof(T), section);

    /// <summary>Names every key under <paramref name="sections"/> that no option has.</summary>
    public void RefuseUnknownKeys(IEnumerable<string> sections)
    {
        foreach (var key in sections.SelectMany(section => LeavesOf(configuration.GetSection(section))).Where(key => !_known.Contains(key)))
        {
            Refuse(key, "is not a known setting");
        }
    }

    private object Read(Type type, string section) => ReadInto(Activator.CreateInstance(type)!, section);

    private object ReadInto(object options, string section)
    {
        var type = options.GetType();
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite))
        {
            var key = $"{section}:{property.Name}";
            var value = ReadValue(property, key, property.GetValue(options));
            if (value is not null) property.SetValue(options, value);
        }
        return options;
    }

    private object? ReadValue(PropertyInfo property, string key, object? present)
    {
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        if (type == typeof(string[])) return ReadList(key);
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Dictionary<,>)) return ReadNamed((System.Collections.IDictionary?)present ?? (System.Collections.IDictionary)Activator.CreateInstance(type)!, key);
        if (type.IsClass && type != typeof(string)) return Read(type, key);
        _known.Add(key);
        var text = configuration[key];
        if (string.IsNullOrWhiteSpace(text)) return present;
        if (type == typeof(string)) return text;
        if (type == typeof(bool)) return ReadBool(key, text);
        if (type == typeof(int) || type == typeof(long)) return ReadNumber(property, type, key, text);
        throw new NotSupportedException($"Options may not have a property of type {type}.");
    }

    /// <summary>Options by name: those of the code, changed or joined by those of the configuration.</summary>
    private System.Collections.IDictionary ReadNamed(System.Collections.IDictionary named, string key)
    {
        _known.Add(key);
        var type = named.GetType().GetGenericArguments()[1];
        foreach (var entry in configuration.GetSection(key).GetChildren())
        {
            // Names of environment variables come in capitals on some systems.
            var name = entry.Key.ToLowerInvariant();
            named[name] = ReadInto(named[name] ?? Activator.CreateInstance(type)!, entry.Path);
        }
        return named;
    }

    private string[]? ReadList(string key)
    {
        var entries = configuration.GetSection(key).GetChildren().ToList();
        foreach (var entry in entries) _known.Add(entry.Path);
        _known.Add(key);
        return entries.Count == 0
            ? configuration[key]?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            : [.. entries.Select(entry => entry.Value).OfType<string>()];
    }

    private bool? ReadBool(string key, string text)
    {
        if (bool.TryParse(text, out var value)) return value;
        Refuse(key, "must be true or false");
        return null;
    }

    private object? ReadNumber(PropertyInfo property, Type type, string key, string text)
    {
        var bound = property.GetCustomAttribute<BoundAttribute>() ?? throw new NotSupportedException($"{key} has no bound.");
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= bound.Min && value <= bound.Max)
        {
            return Convert.ChangeType(value, type, CultureInfo.InvariantCulture);
        }
        Refuse(key, string.Create(CultureInfo.InvariantCulture, $"must be a whole number from {bound.Min} to {bound.Max}"));
        return null;
    }

    private static IEnumerable<string> LeavesOf(IConfigurationSection section)
    {
        var children = section.GetChildren().ToList();
        // A value on a whole section comes from an unrelated environment variable such as EMAIL.
        return children.SelectMany(LeavesFrom);
    }

    private static IEnumerable<string> LeavesFrom(IConfigurationSection section) => section.GetChildren().Any() ? LeavesOf(section) : [section.Path];
}
