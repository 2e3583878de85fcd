namespace CollabHub.Domain.Documents;

/// <summary>As what a root is read. The wire does not say: the reader has to know.</summary>
public enum RootKind
{
    /// <summary>Text, possibly with formats and embeds.</summary>
    Text,
    /// <summary>Keys with values.</summary>
    Map,
    /// <summary>A list of values.</summary>
    Array,
    /// <summary>A fragment of elements and texts.</summary>
    Xml,
}
