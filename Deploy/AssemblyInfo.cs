using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("CollabHub.Tests")]
