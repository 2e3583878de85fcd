namespace CollabHub.Domain.Documents.Engine;

/// <summary>Reference numbers of shared types; docs/format.md, 4.6.</summary>
internal static class SharedTypes
{
    public const int Array = 0;
    public const int Map = 1;
    public const int Text = 2;
    public const int XmlElement = 3;
    public const int XmlFragment = 4;
    public const int XmlHook = 5;
    public const int XmlText = 6;
    public const int Last = XmlText;

    /// <summary>A name follows on the wire.</summary>
    public static bool IsNamed(long typeRef) => typeRef is XmlElement or XmlHook;
}
