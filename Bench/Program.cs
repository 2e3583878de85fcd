using BenchmarkDotNet.Running;
using CollabHub.Bench.Engine;

if (args is ["engine", .. var rest]) EngineBench.Run(rest);
else BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
