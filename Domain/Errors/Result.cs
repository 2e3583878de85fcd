using System.Diagnostics.CodeAnalysis;

namespace CollabHub.Domain.Errors;

/// <summary>Nothing: the value of a use case that only succeeds or fails.</summary>
public readonly record struct Done;

/// <summary>Either a value or the expected failure that prevented it. Unexpected failures stay exceptions.</summary>
public readonly struct Result<T>
{
    private readonly T? _value;

    private Result(T? value, CollabError? error)
    {
        _value = value;
        Error = error;
    }

    /// <summary>The failure, or null when there is a value.</summary>
    public CollabError? Error { get; }

    /// <summary>The value; throws when there is none, so look at <see cref="TryGet"/> or <see cref="Match"/> first.</summary>
    public T Value => Error is null ? _value! : throw new InvalidOperationException($"No value: {Error.Code}.");

    /// <summary>True with the value, or false with the error.</summary>
    public bool TryGet([MaybeNullWhen(false)] out T value, [NotNullWhen(false)] out CollabError? error)
    {
        value = _value;
        error = Error;
        return error is null;
    }

    /// <summary>One of two continuations.</summary>
    public TOut Match<TOut>(Func<T, TOut> ok, Func<CollabError, TOut> failed) => Error is null ? ok(_value!) : failed(Error);

    /// <summary>The same failure, or the mapped value.</summary>
    public Result<TOut> Map<TOut>(Func<T, TOut> map) => Error is null ? map(_value!) : Error;

    /// <summary>A value whose type is an interface, for which C# knows no conversion.</summary>
    public static Result<T> Of(T value) => new(value, null);

    public static implicit operator Result<T>(T value) => new(value, null);

    public static implicit operator Result<T>(CollabError error) => new(default, error);
}
