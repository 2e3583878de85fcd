namespace CollabHub.Domain.Audit;

/// <summary>The fields that a change touched, before and after; equal values leave no trace.</summary>
public sealed class FieldChanges
{
    private readonly Dictionary<string, object?> _old = [];
    private readonly Dictionary<string, object?> _new = [];

    /// <summary>Whether nothing changed.</summary>
    public bool IsEmpty => _new.Count == 0;

    /// <summary>Values before, null when nothing was there.</summary>
    public IReadOnlyDictionary<string, object?>? Old => _old.Values.Any(value => value is not null) ? _old : null;

    /// <summary>Values after, null when nothing is left.</summary>
    public IReadOnlyDictionary<string, object?>? New => _new.Values.Any(value => value is not null) ? _new : null;

    /// <summary>Notes one field when it differs.</summary>
    public FieldChanges Add(string field, object? before, object? after)
    {
        if (Equals(before, after)) return this;
        _old[field] = before;
        _new[field] = after;
        return this;
    }

    /// <summary>Notes the first value of a field.</summary>
    public FieldChanges Set(string field, object? after) => Add(field, null, after);
}
