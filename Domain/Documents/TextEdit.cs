namespace CollabHub.Domain.Documents;

/// <summary>One replacement in a text: at <paramref name="Position"/>, take away and put in.</summary>
/// <param name="Position">Where, in UTF-16 units of the text before any edit of its list.</param>
/// <param name="Deleted">How many UTF-16 units of the text before disappear, 0 or more.</param>
/// <param name="Inserted">What appears in their place; may be empty.</param>
public readonly record struct TextEdit(int Position, int Deleted, string Inserted);
