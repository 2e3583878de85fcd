using System.Xml.Linq;
using CollabHub.Persistence.Relational;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace CollabHub.Hubs.Storage;

/// <summary>The server's own keys in the database, so that every node on it opens what another one sealed.</summary>
/// <remarks>Keys that a node kept in its data directory before are taken over: what they sealed can still be opened, by all.</remarks>
internal sealed class RelationalKeyRing : IXmlRepository
{
    private readonly KeyRingStore _store;

    public RelationalKeyRing(KeyRingStore store, DirectoryInfo earlier)
    {
        _store = store;
        if (!earlier.Exists) return;
        foreach (var file in earlier.EnumerateFiles("*.xml")) store.Add(Path.GetFileNameWithoutExtension(file.Name), File.ReadAllText(file.FullName));
    }

    public IReadOnlyCollection<XElement> GetAllElements() => [.. _store.All().Select(xml => XElement.Parse(xml))];

    public void StoreElement(XElement element, string friendlyName) => _store.Add(friendlyName, element.ToString(SaveOptions.DisableFormatting));
}
