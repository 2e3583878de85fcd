namespace CollabHub.Domain.Documents;

/// <summary>What became of an update.</summary>
/// <param name="Error">Why it was refused; then nothing has changed. Otherwise <see cref="DecodeError.None"/>.</param>
/// <param name="Changed">It brought something new, if only something that has to wait for what is missing.</param>
/// <param name="TextChanged">A reader of the lists (text, arrays, XML) may see something else than before.</param>
public readonly record struct ApplyResult(DecodeError Error, bool Changed, bool TextChanged)
{
    /// <summary>Whether the update was accepted, new or not.</summary>
    public bool Ok => Error == DecodeError.None;
}
